package main

// The zones come with the program, so that a release finds its midnight (R17) also on a
// machine or in an image without zone data. A machine's own, perhaps newer, data comes first.
import _ "time/tzdata"
