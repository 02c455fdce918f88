extends SceneTree
## What the codec costs: [code]godot --headless -s res://tests/cost.gd -- --golden FOLDER[/code]

const TIMES: int = 300


func _initialize() -> void:
	var folder: String = Arguments.given()["golden"]
	for name: String in ["reply", "spoke", "delta", "say", "ok", "events"]:
		var hex: String = ""
		for line: String in FileAccess.get_file_as_string(folder.path_join(name + ".hex")).split("\n"):
			if not line.begins_with("#"):
				hex += line.strip_edges()
		_measure(name, hex.hex_decode())
	var batch: Array[Dictionary] = []
	for i: int in 100:
		batch.append({"type": "helped", "actor": "P1", "target": "n%d" % i, "importance": 0.5})
	var many: Dictionary = {"type": "events", "id": 7, "events": batch}
	_measure("100 events", PersonagenMsgpack.encode(many).bytes)
	quit()


func _measure(name: String, frame: PackedByteArray) -> void:
	var value: Variant = PersonagenMsgpack.decode(frame).value
	var start: int = Time.get_ticks_usec()
	for _i: int in TIMES:
		PersonagenMsgpack.decode(frame)
	var middle: int = Time.get_ticks_usec()
	for _i: int in TIMES:
		PersonagenMsgpack.encode(value)
	var end: int = Time.get_ticks_usec()
	print("%s: %d bytes, decode %.1f us, encode %.1f us" % [
		name, frame.size(), float(middle - start) / TIMES, float(end - middle) / TIMES])
