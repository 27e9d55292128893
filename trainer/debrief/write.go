package debrief

// Write writes the debrief.
func Write(in Input) Debrief {
	w := newWriter(in)
	return w.write()
}
