@icon("client.svg")
class_name PersonagenClient
extends Node
## One connection to a personagen server, kept up while the game runs.
##
## [codeblock]
## var welcome: PersonagenAnswer = await client.start()
## var opened: PersonagenAnswer = await client.request("world.open", {"name": "first"})
## [/codeblock]
## Errors are values, and awaiting never hangs: on a timeout, a close, [method cancel] or a freed
## client everything that waits is answered. It goes on while the tree is paused.

## The server said welcome, for the first time or again.
signal connected
## A connection ended; [param code] is -1 when nobody said why. The client may come back.
signal disconnected(code: int, reason: String)
## The client tries to come back, for the [param attempt]th time.
signal reconnecting(attempt: int)
## What is shown of the world may no longer hold: ask again for it.
signal resynced(reason: String)
## The client has given up; [method start] begins anew.
signal failed(reason: String)
## An NPC says something by itself, or to another.
signal spoke(npc: String, text: String)
## Something that is subscribed to is different now.
signal changed(what: String, id: String, fields: Dictionary)

## How it stands with the server.
enum State {
	OFFLINE,  ## Not started, or given up.
	CONNECTING,  ## On the way to a welcome.
	READY,  ## Requests go out at once.
	WAITING,  ## The connection is gone; the next attempt comes soon.
	LEAVING,  ## [method stop] said bye.
}

const _FIRST_S: float = 0.1  # before the first attempt to come back, doubled after each
const _MOST_S: float = 5.0  # between attempts at most
const _JITTER: float = 0.5  # share of the wait left to chance: not all games come at once
const _GREET_S: float = 10.0  # that a server has to say welcome
const _BYE_S: float = 5.0  # that a polite end may take
const _SWEEP_MS: int = 50  # between looks for what is too late
const _BUFFER: int = 1 << 20  # bytes each way; Godot's own 64 KiB is less than a long list
const _HOPELESS: Array[String] = ["denied", "wrong_protocol", "bad_field", "out_of_order"]

## Where the server listens.
@export var url: String = "ws://127.0.0.1:7865"
## The secret that the server handed out.
@export var token: String = ""
## World to join when the server has it open already; [code]world.open[/code] opens one.
@export var world: String = ""
## What the client wants to be.
@export_enum("game", "player", "observer") var role: String = "game"
## Who speaks; needed for the role [code]player[/code].
@export var player: String = ""
## Seconds after which a request counts as lost, time for coming back included.
@export_range(0.1, 600.0, 0.1, "suffix:s") var request_timeout: float = 30.0
## Seconds in which the server must be there, or be back.
@export_range(0.0, 600.0, 0.1, "suffix:s") var patience: float = 30.0

## How it stands with the server.
var state: State = State.OFFLINE

var _session: PersonagenSession = _new_session()
var _line: PersonagenLine = null
var _starting: PersonagenPending = null
var _greeting: bool = false  # hello was sent
var _parting: bool = false  # bye was sent
var _attempt: int = 0
var _wait_s: float = _FIRST_S
var _next_ms: int = 0  # when the state ends that it is in: a wait, a greeting, a goodbye
var _until_ms: int = 0  # end of patience
var _sweep_ms: int = 0


func _init() -> void:
	process_mode = Node.PROCESS_MODE_ALWAYS


func _notification(what: int) -> void:
	if what == NOTIFICATION_EXIT_TREE or what == NOTIFICATION_PREDELETE:
		_end("lost", "the client left the tree", false)


func _process(_delta: float) -> void:
	var now: int = Time.get_ticks_msec()
	if _line != null:
		_move(now)
	elif state == State.WAITING and now >= _next_ms:
		_dial()
	if now >= _sweep_ms:
		_sweep_ms = now + _SWEEP_MS
		_session.expire(now)


## Connect, and keep connected; the answer comes with the welcome or when that is hopeless. The
## client must be in the tree.
func start() -> PersonagenAnswer:
	if not is_inside_tree():
		return PersonagenAnswer.fault("out_of_order", "the client is not in the tree")
	if state == State.READY:
		return PersonagenAnswer.done(_session.welcome)
	if not (url.begins_with("ws://") or url.begins_with("wss://")):
		return PersonagenAnswer.fault("bad_field", "ws:// or wss://, not %s" % url, "url")
	if state == State.LEAVING:
		_end("lost", "the client was started anew", false)
	if state == State.OFFLINE:
		_starting = PersonagenPending.new("hello", {})
		_be_patient()
		_dial()
	elif _starting == null:
		_starting = PersonagenPending.new("hello", {})
	var starting: PersonagenPending = _starting
	return await starting.wait() if starting != null else PersonagenAnswer.done(_session.welcome)


## Say bye and go. What is under way is still answered, for a few seconds.
func stop() -> void:
	if state == State.READY:
		state = State.LEAVING
		_parting = false
		_next_ms = Time.get_ticks_msec() + roundi(_BYE_S * 1000)
	elif state != State.LEAVING:
		_end("lost", "the client was stopped", false)


## Ask the server for something and wait for what comes of it. [param timeout] in seconds; that of
## the client when 0.
func request(type: String, fields: Dictionary = {}, timeout: float = 0.0) -> PersonagenAnswer:
	return await post(type, fields, timeout).wait()


## Ask the server for something; what is given back has signals for the pieces of a line. While the
## connection is gone, it waits for the next one.
func post(type: String, fields: Dictionary = {}, timeout: float = 0.0) -> PersonagenPending:
	var pending: PersonagenPending = PersonagenPending.new(type, fields.duplicate(true))
	if state == State.OFFLINE or state == State.LEAVING:
		pending.resolve(PersonagenAnswer.fault("lost", "the client is not started"))
		return pending
	var seconds: float = timeout if timeout > 0.0 else request_timeout
	pending.deadline_ms = Time.get_ticks_msec() + roundi(seconds * 1000)
	_session.post(pending)
	return pending


## Nobody waits for [param pending] any more: it is answered with [code]cancelled[/code], and a line
## that the server still holds back is not said.
func cancel(pending: PersonagenPending) -> void:
	if pending.answer != null:
		return
	var said: bool = pending.type == "say" and pending.sent and state == State.READY
	var re: int = pending.id
	_session.give_up(pending, PersonagenAnswer.fault("cancelled", "nobody waits for it"))
	if said:
		post("cancel", {"target": re})


## What the newest welcome says; empty before the first.
func welcome() -> Dictionary:
	return _session.welcome


## How many requests wait for their answer.
func waiting() -> int:
	return _session.waiting()


func _new_session() -> PersonagenSession:
	var made: PersonagenSession = PersonagenSession.new()
	made.pushed.connect(_on_pushed)
	return made


func _be_patient() -> void:
	_attempt = 0
	_wait_s = _FIRST_S
	_until_ms = Time.get_ticks_msec() + roundi(patience * 1000)


func _dial() -> void:
	state = State.CONNECTING
	_greeting = false
	_next_ms = Time.get_ticks_msec() + roundi(_GREET_S * 1000)
	_line = PersonagenLine.new()
	var limits: Dictionary = _session.welcome.get("limits", {})
	var queue: int = limits.get("queue", 0)
	_line.open(url, maxi(_BUFFER, nearest_po2(queue)))


## One frame's worth of a connection.
func _move(now: int) -> void:
	_line.poll()
	if state == State.CONNECTING and _line.state == PersonagenLine.State.OPEN and not _greeting:
		_say_hello()
	while _line != null and _line.has_frame():
		_take(_line.take())
	if _line == null:
		return
	if _line.state == PersonagenLine.State.CLOSED:
		_on_closed(_line.code, _line.reason)
	elif state == State.READY or state == State.LEAVING:
		_part()
		_session.flush(_line)
	if _line != null and state != State.READY and now >= _next_ms:
		_line.cut()
		_on_closed(-1, "the server did not answer in time")


## Bye goes out alone: the engine drops what comes in just before a close.
func _part() -> void:
	if state == State.LEAVING and not _parting and _session.waiting() == 0:
		_parting = true
		_session.post(PersonagenPending.new("bye", {}))


func _say_hello() -> void:
	_greeting = true
	var who: Dictionary = {"client": "personagen-npc-godot", "role": role}
	for field: String in ["token", "player", "world"]:
		if not str(get(field)).is_empty():
			who[field] = get(field)
	_line.send(_session.hello(who).bytes)


func _take(frame: PackedByteArray) -> void:
	if state == State.CONNECTING:
		_on_greeted(PersonagenMsgpack.decode(frame).value)
		return
	var wrong: String = _session.take(frame)
	if not wrong.is_empty():
		push_warning("the server sent what is no message: %s" % wrong)
		_line.close()


func _on_greeted(answer: Variant) -> void:
	var message: Dictionary = answer if answer is Dictionary else {}
	if message.get("type") == "welcome" and message.get("session") is String:
		state = State.READY
		_session.greet(message)
		var starting: PersonagenPending = _starting
		_starting = null
		connected.emit()
		if starting != null:
			starting.resolve(PersonagenAnswer.done(message))
		return
	var code: String = str(message.get("code", "lost"))
	if code in _HOPELESS:
		_end(code, str(message.get("message", "the server did not say welcome")))
	else:
		_line.close()


func _on_closed(code: int, reason: String) -> void:
	var before: State = state
	_line = null
	if before == State.READY or before == State.LEAVING:
		disconnected.emit(code, reason)
		_be_patient()
	if state != before:
		return  # whoever heard of it has done something about it
	if before == State.LEAVING:
		_end("lost", "the client was stopped", false)
	elif code in PersonagenProtocol.FINAL:
		var text: String = "the server closed the connection: %d %s" % [code, reason]
		_end(PersonagenProtocol.fault_of_close(code), text)
	elif Time.get_ticks_msec() >= _until_ms:
		_end("lost", "nobody answers at %s" % url)
	else:
		_come_back()


func _come_back() -> void:
	state = State.WAITING
	_attempt += 1
	var wait_s: float = _wait_s * (1.0 - _JITTER * randf())
	_next_ms = Time.get_ticks_msec() + roundi(wait_s * 1000)
	_wait_s = minf(2 * _wait_s, _MOST_S)
	reconnecting.emit(_attempt)


## The end of a session: whatever waits is told.
func _end(code: String, text: String, loud: bool = true) -> void:
	if state == State.OFFLINE:
		return
	state = State.OFFLINE
	if _line != null:
		_line.cut()
		_line = null
	var over: PersonagenSession = _session
	var starting: PersonagenPending = _starting
	_session = _new_session()
	_starting = null
	# all is set before anybody hears of it: who is told may start anew at once
	if loud:
		failed.emit(text)
	if starting != null:
		starting.resolve(PersonagenAnswer.fault(code, text))
	over.fail(code, text)


func _on_pushed(message: Dictionary) -> void:
	match message["type"]:
		"spoke":
			spoke.emit(str(message.get("npc", "")), str(message.get("text", "")))
		"changed":
			var fields: Variant = message.get("fields")
			changed.emit(str(message.get("what", "")), str(message.get("id", "")),
					fields if fields is Dictionary else {})
		"resync":
			resynced.emit(str(message.get("reason", "")))
