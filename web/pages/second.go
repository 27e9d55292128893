package pages

// Second is the page of a second opinion by a language model, beside the built-in scores.
type Second struct {
	Site
	TalkID      string
	Name        string
	KeepNothing bool
	// Waiting is set while the model reads.
	Waiting bool
	// Failed is set where the model gave no opinion.
	Failed bool
	// Model names who gave it; "" where none has been given.
	Model string
	Rows  []SecondRow
	Items []SecondItem
	// Dropped counts the answers that are missing, or whose quote does not stand in the talk.
	Dropped int
}

// SecondRow is one skill as the program and the model see it.
type SecondRow struct {
	Name string
	// BuiltIn and Coach are levels from 0 to Max; Coach is -1 where the model gave none.
	BuiltIn, Coach, Max int
}

// Differs says whether the two disagree.
func (r SecondRow) Differs() bool { return r.Coach >= 0 && r.BuiltIn != r.Coach }

// SecondItem is a question that the model answered with yes, with its words.
type SecondItem struct {
	Question string
	Turn     int
	Quote    string
}

func (Second) template() string { return "second" }
