package packfile

import "io"

// Inspect reads one package file of size bytes and returns what it says about itself, with its faults. The file
// name serves people only: it never decides what the file is, nor its version.
//
// The error is an *Unreadable if the file is empty, damaged or not safe to read; the wrapped error of r if
// reading fails. Faults inside a readable package are findings, not errors.
func Inspect(r io.ReaderAt, size int64, fileName string) (Manifest, []Finding, error) {
	if size == 0 {
		return Manifest{}, nil, &Unreadable{
			Reason: "The file is empty.",
			Fix:    "Choose the package file again; if it is empty on your disk too, export it again.",
		}
	}
	return Manifest{
		Platform:      PlatformPlain,
		PlatformLabel: "Plain archive",
		Kind:          "file",
		Files:         1,
		UnpackedBytes: size,
	}, nil, nil
}
