class_name PersonagenMsgpack
extends RefCounted
## Messages as msgpack bytes and back.
##
## Nothing here fails loudly: whatever the bytes or the value are, the result says what is wrong in
## its [code]error[/code]. Every length is held against the bytes that are there before it is read.
## A number without fraction stays an [int], one with a fraction is written as 64-bit float.

## Levels of nesting that are read and written; the protocol's own limit is 16.
const DEPTH: int = 32

const _NIL: int = 0xc0
const _FALSE: int = 0xc2
const _TRUE: int = 0xc3


## A value from bytes, or what is wrong with them.
class Decoded:
	extends RefCounted
	## The value; null when there was a fault.
	var value: Variant = null
	## What is wrong; empty when nothing is.
	var error: String = ""


## Bytes from a value, or what is wrong with it.
class Encoded:
	extends RefCounted
	## The bytes; empty when there was a fault.
	var bytes: PackedByteArray = PackedByteArray()
	## What is wrong; empty when nothing is.
	var error: String = ""


## A value of a type that msgpack leaves open, such as a timestamp ([member kind] -1).
class Extension:
	extends RefCounted
	## Which type, -128 to 127.
	var kind: int = 0
	## Its bytes.
	var data: PackedByteArray = PackedByteArray()


## The one value in [param bytes].
static func decode(bytes: PackedByteArray, depth: int = DEPTH) -> Decoded:
	var reader: _Reader = _Reader.new(bytes)
	var result: Decoded = Decoded.new()
	var value: Variant = reader.read(depth)
	if reader.error.is_empty() and reader.at != reader.size:
		reader.error = "%d bytes too many" % (reader.size - reader.at)
	result.error = reader.error
	if result.error.is_empty():
		result.value = value
	return result


## The shortest bytes for [param value]: null, bool, numbers, text, arrays, dictionaries whose keys
## are text, bytes, and [PersonagenMsgpack.Extension].
static func encode(value: Variant, depth: int = DEPTH) -> Encoded:
	var writer: _Writer = _Writer.new()
	var result: Encoded = Encoded.new()
	writer.write(value, depth)
	result.error = writer.error
	if result.error.is_empty():
		result.bytes = writer.out
	return result


class _Reader:
	extends RefCounted
	var data: PackedByteArray
	var size: int
	var at: int = 0
	var error: String = ""

	func _init(bytes: PackedByteArray) -> void:
		data = bytes
		size = bytes.size()

	## One value, at most [param depth] levels deep; null after a fault.
	func read(depth: int) -> Variant:
		if at >= size:
			return _fault("the bytes end too early")
		var head: int = data[at]
		at += 1
		if head < 0x80:
			return head
		if head >= 0xe0:
			return head - 0x100
		if head >= 0xc0:
			return _read_marked(head, depth)
		if head >= 0xa0:
			return _text(head & 0x1f)
		if head >= 0x90:
			return _array(head & 0x0f, depth)
		return _map(head & 0x0f, depth)

	func _read_marked(head: int, depth: int) -> Variant:
		match head:
			0xc0:
				return null
			0xc2:
				return false
			0xc3:
				return true
			0xc4, 0xc5, 0xc6:
				return _bytes(_unsigned(1 << (head - 0xc4)))
			0xc7, 0xc8, 0xc9:
				return _extension(_unsigned(1 << (head - 0xc7)))
			0xca:
				return _float32()
			0xcb:
				return _float64()
			0xcc, 0xcd, 0xce:
				return _known(_unsigned(1 << (head - 0xcc)))
			0xcf:
				return _unsigned64()
			0xd0, 0xd1, 0xd2, 0xd3:
				return _signed(1 << (head - 0xd0))
			0xd4, 0xd5, 0xd6, 0xd7, 0xd8:
				return _extension(1 << (head - 0xd4))
			0xd9, 0xda, 0xdb:
				return _text(_unsigned(1 << (head - 0xd9)))
			0xdc, 0xdd:
				return _array(_unsigned(2 << (head - 0xdc)), depth)
			0xde, 0xdf:
				return _map(_unsigned(2 << (head - 0xde)), depth)
		return _fault("no value begins with byte 0x%x" % head)

	func _fault(what: String) -> Variant:
		if error.is_empty():
			error = "%s (at byte %d of %d)" % [what, at, size]
		return null

	## Whether [param count] more bytes are there; -1 stands for a length that could not be read.
	func _has(count: int) -> bool:
		if count >= 0 and count <= size - at:
			return true
		_fault("the bytes end too early")
		return false

	## A number of [param width] bytes, highest first; -1 when they are not there.
	func _unsigned(width: int) -> int:
		if width > size - at:
			_fault("the bytes end too early")
			return -1
		var value: int = 0
		for i: int in width:
			value = value << 8 | data[at + i]
		at += width
		return value

	func _known(value: int) -> Variant:
		return null if value < 0 else value

	func _unsigned64() -> Variant:
		if not _has(8):
			return null
		if data[at] > 0x7f:
			return _fault("a number above 2^63-1, which no int holds")
		return _unsigned(8)

	func _signed(width: int) -> Variant:
		if not _has(width):
			return null
		var value: int = _unsigned(width)
		var above: int = 64 - 8 * width
		return value << above >> above

	func _float32() -> Variant:
		var four: PackedByteArray = _turned(4)
		return four.decode_float(0) if not four.is_empty() else null

	func _float64() -> Variant:
		var eight: PackedByteArray = _turned(8)
		return eight.decode_double(0) if not eight.is_empty() else null

	## The next bytes, lowest first, as Godot's own functions want them; none when they are missing.
	func _turned(count: int) -> PackedByteArray:
		var taken: PackedByteArray = PackedByteArray()
		if _has(count):
			taken = data.slice(at, at + count)
			taken.reverse()
			at += count
		return taken

	func _text(count: int) -> Variant:
		if count == 0:
			return ""
		if not _has(count):
			return null
		var taken: PackedByteArray = data.slice(at, at + count)
		if taken.has(0):
			return _fault("text with NUL")
		var text: String = taken.get_string_from_utf8()
		# as many characters as bytes, and none put in for a wrong byte: nothing but ASCII
		var plain: bool = text.length() == count and not text.contains("\ufffd")
		if not plain and text.to_utf8_buffer() != taken:
			return _fault("text that is no UTF-8")
		at += count
		return text

	func _bytes(count: int) -> Variant:
		if not _has(count):
			return null
		at += count
		return data.slice(at - count, at)

	func _extension(count: int) -> Variant:
		if count < 0 or not _has(count + 1):
			return null
		var value: Extension = Extension.new()
		value.kind = _signed(1)
		value.data = data.slice(at, at + count)
		at += count
		return value

	func _array(count: int, depth: int) -> Variant:
		# each entry has at least one byte: nothing is built that could not be there
		if not _has(count):
			return null
		if depth <= 0:
			return _fault("nested too deep")
		var values: Array = []
		values.resize(count)
		for i: int in count:
			values[i] = read(depth - 1)
			if not error.is_empty():
				return null
		return values

	func _map(count: int, depth: int) -> Variant:
		if not _has(count * 2):
			return null
		if depth <= 0:
			return _fault("nested too deep")
		var values: Dictionary = {}
		for _i: int in count:
			var key: Variant = read(0)
			if typeof(key) != TYPE_STRING:
				return _fault("a key that is no text")
			values[key] = read(depth - 1)
			if not error.is_empty():
				return null
		return values


class _Writer:
	extends RefCounted
	var out: PackedByteArray = PackedByteArray()
	var error: String = ""
	var _eight: PackedByteArray = PackedByteArray([0, 0, 0, 0, 0, 0, 0, 0])

	func write(value: Variant, depth: int) -> void:
		match typeof(value):
			TYPE_NIL:
				out.append(_NIL)
			TYPE_BOOL:
				out.append(_TRUE if value else _FALSE)
			TYPE_INT:
				_int(value)
			TYPE_FLOAT:
				_float(value)
			TYPE_STRING:
				_text(value)
			TYPE_STRING_NAME, TYPE_NODE_PATH:
				_text(str(value))
			TYPE_PACKED_BYTE_ARRAY:
				_bytes(value)
			TYPE_DICTIONARY:
				_map(value, depth)
			TYPE_ARRAY:
				_array(value, depth)
			TYPE_PACKED_STRING_ARRAY, TYPE_PACKED_INT32_ARRAY, TYPE_PACKED_INT64_ARRAY, \
			TYPE_PACKED_FLOAT32_ARRAY, TYPE_PACKED_FLOAT64_ARRAY:
				_array(Array(value), depth)
			_:
				_other(value)

	func _fault(what: String) -> void:
		if error.is_empty():
			error = what

	func _other(value: Variant) -> void:
		if value is Extension:
			_extension(value)
		else:
			_fault("%s cannot be sent" % type_string(typeof(value)))

	## A number of [param width] bytes, highest first.
	func _unsigned(value: int, width: int) -> void:
		for i: int in range(8 * width - 8, -8, -8):
			out.append(value >> i & 0xff)

	func _int(value: int) -> void:
		if value >= -0x20 and value < 0x80:
			out.append(value & 0xff)
		elif value >= 0:
			_sized(value, 0xcc)
		elif value >= -0x80:
			_marked(0xd0, value, 1)
		elif value >= -0x8000:
			_marked(0xd1, value, 2)
		elif value >= -0x80000000:
			_marked(0xd2, value, 4)
		else:
			_marked(0xd3, value, 8)

	## A number that is not negative, in the fewest of 1, 2, 4 or 8 bytes behind the mark for it.
	func _sized(value: int, mark: int) -> void:
		if value < 0x100:
			_marked(mark, value, 1)
		elif value < 0x10000:
			_marked(mark + 1, value, 2)
		elif value < 0x100000000:
			_marked(mark + 2, value, 4)
		else:
			_marked(mark + 3, value, 8)

	func _marked(mark: int, value: int, width: int) -> void:
		out.append(mark)
		_unsigned(value, width)

	func _float(value: float) -> void:
		out.append(0xcb)
		_eight.encode_double(0, value)
		_eight.reverse()
		out.append_array(_eight)

	func _text(text: String) -> void:
		var taken: PackedByteArray = text.to_utf8_buffer()
		var count: int = taken.size()
		if count < 0x20:
			out.append(0xa0 | count)
		else:
			_sized(count, 0xd9)
		out.append_array(taken)

	func _bytes(taken: PackedByteArray) -> void:
		_sized(taken.size(), 0xc4)
		out.append_array(taken)

	func _array(values: Array, depth: int) -> void:
		_open(values.size(), 0x90, 0xdc, depth)
		for value: Variant in values:
			if not error.is_empty():
				return
			write(value, depth - 1)

	func _map(values: Dictionary, depth: int) -> void:
		_open(values.size(), 0x80, 0xde, depth)
		for key: Variant in values:
			if not (key is String or key is StringName):
				_fault("a key that is no text: %s" % key)
			if not error.is_empty():
				return
			_text(str(key))
			write(values[key], depth - 1)

	func _open(count: int, short: int, long: int, depth: int) -> void:
		if depth <= 0:
			_fault("nested too deep")
		elif count < 0x10:
			out.append(short | count)
		elif count < 0x10000:
			_marked(long, count, 2)
		else:
			_marked(long + 1, count, 4)

	func _extension(value: Extension) -> void:
		var count: int = value.data.size()
		var fixed: int = [1, 2, 4, 8, 16].find(count)
		if fixed >= 0:
			out.append(0xd4 + fixed)
		else:
			_sized(count, 0xc7)
		out.append(value.kind & 0xff)
		out.append_array(value.data)
