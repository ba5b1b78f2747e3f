// Package view renders the pages: layouts, the component kit and the words for dates, counts and states.
//
// Components take plain values and never read a clock or a setting: the moment, the viewer's zone and everything
// shown come in as arguments. The strict content security policy holds everywhere: no inline script, no style
// attribute, and of htmx nothing that evaluates text (hx-on, js: values, filters in hx-trigger). Gallery shows every
// component in every state.
//
// A page in short:
//
//	templ Packs(p Page, packs []PackRow) {
//		@Layout(p) {
//			if len(packs) == 0 {
//				@EmptyState("boxes", "A pack bundles packages that are released together. You have none yet.") {
//					@LinkButton(Primary, "plus", "Create the first pack", "/packs/new")
//				}
//			} else {
//				@Table("Packs", []Col{{Label: "Pack"}, {Label: "Attachments", Num: true}}) {
//					for _, row := range packs {
//						@Row() {
//							@RowHead() {
//								<a href={ row.Href }>{ row.Name }</a>
//							}
//							@NumCell("Attachments") {
//								{ Number(row.Attachments) }
//							}
//						}
//					}
//				}
//			}
//		}
//	}
//
// Addresses are plain strings: templ refuses those with a scheme that could run code. A refused form is rendered again
// with the input as Field.Value, the message as Field.Error and in FormSpec.Errors. An upload that succeeds answers the
// header X-Upload with X-Location instead of a redirect, so that its message is still there on the next page.
package view
