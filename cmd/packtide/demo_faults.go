package main

// demoFault is what is not right with one version of a package, so that the demo shows how that is handled.
type demoFault struct {
	file       *file  // comes with the package, and can't be read
	without    string // the output variable that is missing since the version before
	hidden     bool   // uploaded as not shareable
	overridden string // the reason for which it is shared in spite of errors (R4)
}

// demoFaultOf is the fault of a version; most have none.
func demoFaultOf(name, version string) demoFault {
	switch name + " " + version {
	case "Meridian Partner Directory 0.9.1":
		return demoFault{
			hidden: true,
			file:   &file{"layout.json", "{\n  \"inputs\": [\n    {\"title\": \"Domain\", \"sequence\": 1,}\n  ]\n}\n"},
		}
	case "Meridian Mail Reports 1.1.0":
		return demoFault{
			without:    "result.items",
			overridden: "The output was always empty, so no playbook can rely on it. Agreed with the three accounts that have it in a playbook.",
		}
	default:
		return demoFault{}
	}
}
