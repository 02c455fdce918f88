extends SceneTree
## The codec against the protocol's golden frames, the public test suite, and bytes gone wrong:
## [code]godot --headless -s res://tests/msgpack.gd -- --golden FOLDER [--suite FILE][/code]

const MANY: int = 2000  # random frames

var check: Check = Check.new()


func _initialize() -> void:
	var given: Dictionary[String, String] = Arguments.given()
	_test_values()
	_test_refused()
	_test_garbage()
	if given.has("golden"):
		_test_golden(given["golden"])
	if given.has("suite"):
		_test_suite(given["suite"])
	quit(check.summary())


func _test_values() -> void:
	for value: Variant in [
		null, true, false, 0, -1, 127, -32, 2 ** 53 - 1, -(2 ** 53 - 1), 0.5, 5.0, 1e300, "",
		"ö漢🍺", "a".repeat(70000), "\ufffd", [], {}, [1, [2.5, {"a": null}]],
		PackedByteArray([0, 255, 0]),
	]:
		var bytes: PackedByteArray = PersonagenMsgpack.encode(value).bytes
		check.same(PersonagenMsgpack.decode(bytes).value, value, "there and back")
	var packed: PackedByteArray = PersonagenMsgpack.encode(
			{&"names": PackedStringArray(["a", "b"]), "n": PackedInt32Array([1])}).bytes
	check.same(PersonagenMsgpack.decode(packed).value, {"names": ["a", "b"], "n": [1]}, "packed")


func _test_refused() -> void:
	var ring: Array = []
	ring.append(ring)
	for value: Variant in [Vector3.ONE, {1: 2}, [check], ring, {"a": Color.RED}]:
		var result: PersonagenMsgpack.Encoded = PersonagenMsgpack.encode(value)
		check.that(not result.error.is_empty() and result.bytes.is_empty(), "refused to write")
	ring.clear()
	for hex: String in [
		"", "c1", "a10063", "a2c3", "a100", "81c0c0", "8101c0", "0101", "dd7fffffff", "dfffffffff",
		"c6ffffffff", "91".repeat(40) + "c0", "cfffffffffffffffff",
	]:
		var result: PersonagenMsgpack.Decoded = PersonagenMsgpack.decode(hex.hex_decode())
		check.that(not result.error.is_empty() and result.value == null, "refused to read " + hex)


func _test_garbage() -> void:
	var chance: RandomNumberGenerator = RandomNumberGenerator.new()
	chance.seed = 7
	for _i: int in MANY:
		var bytes: PackedByteArray = PackedByteArray()
		for _k: int in chance.randi_range(0, 40):
			# no bytes that make text: the engine itself complains of text that is no UTF-8
			var head: int = chance.randi_range(0, 255)
			bytes.append(head if head < 0xa0 or head >= 0xc0 and head & 0xfc != 0xd8 else 0x93)
		var result: PersonagenMsgpack.Decoded = PersonagenMsgpack.decode(bytes)
		check.that(result.error.is_empty() or result.value == null, "a value or a fault")


func _test_golden(folder: String) -> void:
	var frames: int = 0
	for name: String in DirAccess.get_files_at(folder):
		if name.ends_with(".hex"):
			frames += 1
			_check_golden(name, FileAccess.get_file_as_string(folder.path_join(name)))
	print("golden frames: ", frames)
	check.that(frames > 0, "no golden frames in " + folder)


func _check_golden(name: String, text: String) -> void:
	var hex: String = ""
	for line: String in text.split("\n"):
		if not line.begins_with("#"):
			hex += line.strip_edges()
	var frame: PackedByteArray = hex.hex_decode()
	var decoded: PersonagenMsgpack.Decoded = PersonagenMsgpack.decode(frame)
	check.same(decoded.error, "", name)
	check.same(PersonagenMsgpack.encode(decoded.value).bytes, frame, name)
	_check_cut(frame, name)


func _check_cut(frame: PackedByteArray, name: String) -> void:
	for length: int in frame.size():
		var cut: PersonagenMsgpack.Decoded = PersonagenMsgpack.decode(frame.slice(0, length))
		check.that(not cut.error.is_empty(), "%s cut to %d bytes is noticed" % [name, length])


func _test_suite(path: String) -> void:
	var groups: Dictionary = JSON.parse_string(FileAccess.get_file_as_string(path))
	var count: Array[int] = [0, 0]
	for group: String in groups:
		for case: Dictionary in groups[group]:
			_check_case(case, count)
	print("suite: %d of %d encodings" % count)


func _check_case(case: Dictionary, count: Array[int]) -> void:
	var hexes: Array = case["msgpack"]
	for hex: String in hexes:
		var frame: PackedByteArray = hex.replace("-", "").hex_decode()
		var decoded: PersonagenMsgpack.Decoded = PersonagenMsgpack.decode(frame)
		count[1] += 1
		if decoded.error.is_empty():
			count[0] += 1
			_check_meant(case, decoded.value, hex)
			var again: PackedByteArray = PersonagenMsgpack.encode(decoded.value).bytes
			check.that(_dashed(again) in hexes, "%s written as %s" % [hex, _dashed(again)])
		else:
			check.that(decoded.error.contains("2^63-1"), "%s: %s" % [hex, decoded.error])
		_check_cut(frame, hex)


func _dashed(bytes: PackedByteArray) -> String:
	var parts: PackedStringArray = PackedStringArray()
	for byte: int in bytes:
		parts.append("%02x" % byte)
	return "-".join(parts)


func _check_meant(case: Dictionary, value: Variant, hex: String) -> void:
	for kind: String in case:
		match kind:
			"nil", "bool", "string":
				check.same(value, case[kind], hex)
			"array", "map":
				check.same(JSON.stringify(value), JSON.stringify(_whole(case[kind])), hex)
			"binary":
				check.same(_dashed(value), case[kind], hex)
			"number":
				check.that(value == case[kind], "%s is %s" % [hex, value])
			"bignum":
				if value is int:
					check.same(str(value), case[kind], hex)
			"ext":
				var ext: PersonagenMsgpack.Extension = value
				check.same([float(ext.kind), _dashed(ext.data)], case[kind], hex)
			"timestamp":
				check.that((value as PersonagenMsgpack.Extension).kind == -1, hex)


## JSON has no whole numbers in Godot.
func _whole(value: Variant) -> Variant:
	if value is float:
		return int(value as float)
	if value is Array:
		return (value as Array).map(_whole)
	if value is Dictionary:
		var made: Dictionary = {}
		for key: String in value:
			made[key] = _whole(value[key])
		return made
	return value
