class_name Check
extends RefCounted
## Counts what holds and says what does not; a run ends with one line that can be looked for.

var _held: int = 0
var _failed: int = 0


## [param what] is said when [param holds] is false.
func that(holds: bool, what: String) -> void:
	if holds:
		_held += 1
	else:
		_failed += 1
		print("FAILED: ", what)


## Both are the same, type and all.
func same(got: Variant, wanted: Variant, what: String) -> void:
	var alike: bool = typeof(got) == typeof(wanted) and got == wanted
	that(alike, "%s: got %s, wanted %s" % [what, got, wanted])


## The last line, and the exit status for [method SceneTree.quit].
func summary() -> int:
	print("%s %d of %d" % ["PASSED" if _failed == 0 else "NOT PASSED", _held, _held + _failed])
	return 0 if _failed == 0 else 1
