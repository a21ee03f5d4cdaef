// Package browser tests the simulator's pages in a real browser: what only a
// browser does, such as going back to the application, keeping to the content
// security policy, and telling assistive technology what there is.
package browser
