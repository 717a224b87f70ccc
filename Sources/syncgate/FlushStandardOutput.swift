import Foundation

/// Flushes standard output: it may be a pipe, and a program that waits for a printed line must receive it.
func flushStandardOutput() { fflush(nil) }
