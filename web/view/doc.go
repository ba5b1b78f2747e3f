// Package view renders the pages: layouts, the component kit and the words for dates, counts and states.
//
// Components take plain values and never read a clock or a setting: the moment, the viewer's zone and everything
// shown come in as arguments. The strict content security policy holds everywhere: no inline script, no style
// attribute. Gallery shows every component in every state.
package view
