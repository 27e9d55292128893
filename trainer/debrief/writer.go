package debrief

type writer struct{ in Input }

func newWriter(in Input) *writer { return &writer{in} }

func (w *writer) write() Debrief { return Debrief{Kind: w.in.Score.Kind} }
