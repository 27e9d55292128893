package storetest_test

import (
	"testing"

	"breakroom/trainer"
	"breakroom/trainer/store/storetest"
)

func TestMemory(t *testing.T) {
	places := map[string]*storetest.Memory{}
	storetest.Run(t, func(_ testing.TB, place string) trainer.Store {
		m, ok := places[place]
		if !ok {
			m = storetest.NewMemory()
			places[place] = m
		}
		m.Reopen()
		return m
	})
}
