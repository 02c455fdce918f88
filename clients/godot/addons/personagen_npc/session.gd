class_name PersonagenSession
extends RefCounted
## What outlives a connection: ids, what was asked and not answered yet, how far the world was heard.
##
## Knows no socket: [PersonagenClient] brings frames in and takes frames out.

## A message that came by itself: [code]spoke[/code], [code]changed[/code] or [code]resync[/code].
signal pushed(message: Dictionary)

## Bytes that may wait to be sent; more is refused.
var queue_bytes: int = 1_000_000
## The newest [code]welcome[/code]; empty before the first.
var welcome: Dictionary = {}
## World that the session is in; empty when it is in none.
var world: String = ""

var _ids: int = 0
var _seen: int = 0  # highest journal number heard of
var _heard: Dictionary[int, bool] = {}  # hashes of what was pushed with that number
var _pending: Dictionary[int, PersonagenPending] = {}  # by id, in the order of the ids
var _out: Array[PersonagenPending] = []
var _out_frames: Array[PackedByteArray] = []
var _out_bytes: int = 0
var _watch: Dictionary = {}  # what was subscribed to
var _watching: bool = false


## The first frame of a connection.
func hello(who: Dictionary) -> PersonagenMsgpack.Encoded:
	_ids += 1
	var message: Dictionary = {"type": "hello", "id": _ids}
	message.merge(who)
	if not world.is_empty():
		message["world"] = world
	if not welcome.is_empty():
		# one step back: of the last step heard, some messages may have gone with the connection
		message["resume"] = {"session": welcome["session"], "seq": maxi(0, _seen - 1)}
	return PersonagenMsgpack.encode(message)


## Ask for [param pending], now or when there is a connection.
func post(pending: PersonagenPending) -> void:
	_ids += 1
	pending.id = _ids
	var message: Dictionary = {"type": pending.type, "id": pending.id}
	message.merge(pending.fields)
	var encoded: PersonagenMsgpack.Encoded = PersonagenMsgpack.encode(message)
	var fault: PersonagenAnswer = _refusal(encoded)
	if fault != null:
		pending.resolve(fault)
		return
	_pending[pending.id] = pending
	_push_out(pending, encoded.bytes)


## The server knows us: ask again what was not answered.
func greet(with: Dictionary) -> void:
	var resumed: bool = with.get("resumed", false)
	var first: bool = welcome.is_empty()
	welcome = with
	_forget_out()
	if resumed:
		_send_writes_again()
	else:
		_seen = with.get("seq", 0)
		_heard.clear()
		_lose_writes()
	_reopen(str(with.get("world", "")))
	_ask_anew()
	if not resumed and not first:
		pushed.emit({"type": "resync", "reason": "restarted"})


## A frame came. Returns what is wrong with it; empty when nothing is.
func take(frame: PackedByteArray) -> String:
	var decoded: PersonagenMsgpack.Decoded = PersonagenMsgpack.decode(frame)
	if not decoded.error.is_empty():
		return decoded.error
	if not decoded.value is Dictionary:
		return "no message"
	var message: Dictionary = decoded.value
	match message.get("type"):
		"ok", "error", "delta", "reply":
			_answer(message)
		"spoke", "changed", "resync":
			_push(message, frame)
	return ""


## Give [param line] as many frames as it has room for.
func flush(line: PersonagenLine) -> void:
	var gone: int = 0
	while gone < _out.size() and line.send(_out_frames[gone]):
		_out[gone].sent = true
		_out_bytes -= _out_frames[gone].size()
		gone += 1
	if gone > 0:
		_out = _out.slice(gone)
		_out_frames = _out_frames.slice(gone)


## Give up what should have been answered before [param now_ms].
func expire(now_ms: int) -> void:
	for pending: PersonagenPending in _pending.values():
		if pending.deadline_ms > 0 and pending.deadline_ms <= now_ms:
			give_up(pending, PersonagenAnswer.fault("timeout", "no answer in time"))


## Nobody waits for [param pending] any more; it gets [param answer].
func give_up(pending: PersonagenPending, answer: PersonagenAnswer) -> void:
	_pending.erase(pending.id)
	var place: int = _out.find(pending)
	if place >= 0:
		_out_bytes -= _out_frames[place].size()
		_out.remove_at(place)
		_out_frames.remove_at(place)
	pending.resolve(answer)


## Everything that waits gets this answer.
func fail(code: String, text: String) -> void:
	_forget_out()
	var left: Array[PersonagenPending] = _pending.values()
	_pending = {}
	for pending: PersonagenPending in left:
		pending.resolve(PersonagenAnswer.fault(code, text))


## How many requests wait for an answer.
func waiting() -> int:
	return _pending.size()


func _refusal(encoded: PersonagenMsgpack.Encoded) -> PersonagenAnswer:
	if not encoded.error.is_empty():
		return PersonagenAnswer.fault("bad_field", encoded.error)
	var limits: Dictionary = welcome.get("limits", {})
	var size: int = encoded.bytes.size()
	var most: int = limits.get("frame", size)
	if size > most:
		return PersonagenAnswer.fault("frame_too_big", "%d bytes, at most %d" % [size, most])
	if _out_bytes + size > queue_bytes:
		return PersonagenAnswer.fault("queue_full", "%d bytes wait to be sent" % _out_bytes)
	return null


func _push_out(pending: PersonagenPending, frame: PackedByteArray) -> void:
	_out.append(pending)
	_out_frames.append(frame)
	_out_bytes += frame.size()


func _forget_out() -> void:
	_out.clear()
	_out_frames.clear()
	_out_bytes = 0


func _send_writes_again() -> void:
	for id: int in _pending:
		var pending: PersonagenPending = _pending[id]
		if pending.type in PersonagenProtocol.WRITES:
			var message: Dictionary = {"type": pending.type, "id": id}
			message.merge(pending.fields)
			_push_out(pending, PersonagenMsgpack.encode(message).bytes)


## The server does not know the session: what became of writes that went out cannot be known.
func _lose_writes() -> void:
	for pending: PersonagenPending in _pending.values():
		if pending.sent and pending.type in PersonagenProtocol.WRITES:
			give_up(pending, PersonagenAnswer.fault(
					"lost", "the server forgot this session; whether it was done is not known"))


func _reopen(joined: String) -> void:
	var opening: bool = false
	for pending: PersonagenPending in _pending.values():
		opening = opening or (pending.type == "world.open" and not pending.own)
	if not world.is_empty() and joined != world and not opening:
		_post_own("world.open", {"name": world})
	if _watching:
		_post_own("subscribe", _watch)


## What is left goes out under new ids: reads, and, to a new session, what was never sent.
func _ask_anew() -> void:
	var queued: Dictionary[PersonagenPending, bool] = {}
	for pending: PersonagenPending in _out:
		queued[pending] = true
	for pending: PersonagenPending in _pending.values():
		if queued.has(pending) or pending.answer != null:
			continue
		_pending.erase(pending.id)
		if not pending.own:
			post(pending)


func _post_own(type: String, fields: Dictionary) -> void:
	var pending: PersonagenPending = PersonagenPending.new(type, fields)
	pending.own = true
	post(pending)


func _answer(message: Dictionary) -> void:
	_note_seq(message)
	var re: Variant = message.get("re")
	if not re is int or not _pending.has(re):
		return
	var pending: PersonagenPending = _pending[re]
	if message["type"] == "ok":
		_note(pending, message)
	# out of the list before anybody hears of it: who is told may ask for more at once
	if message["type"] in ["ok", "error"] or (message["type"] == "reply" and message.get("last", true)):
		_pending.erase(re)
	pending.take(message)


## What the session must remember of what went well.
func _note(pending: PersonagenPending, message: Dictionary) -> void:
	match pending.type:
		"world.open":
			world = str(pending.fields.get("name", ""))
			_seen = message.get("seq", 0)
			_heard.clear()
		"world.close":
			world = ""
			_seen = 0
			_heard.clear()
		"subscribe":
			_watch = pending.fields
			_watching = true


## After a resume the last step heard comes again: each of its messages counts once.
func _push(message: Dictionary, frame: PackedByteArray) -> void:
	_note_seq(message)
	if message.get("seq") == _seen:
		var mark: int = hash(frame)
		if _heard.has(mark):
			return
		_heard[mark] = true
	pushed.emit(message)


func _note_seq(message: Dictionary) -> void:
	var seq: Variant = message.get("seq")
	if seq is int and seq > _seen:
		_seen = seq
		_heard.clear()
