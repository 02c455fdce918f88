class_name PersonagenPending
extends RefCounted
## A request that is under way. [code]await pending.wait()[/code] gives its answer.

## A piece of a line, while it is made.
signal streamed(delta: Dictionary)
## An NPC answered; others may follow when [code]reply["last"][/code] is false.
signal replied(reply: Dictionary)
## The closing answer is there.
signal resolved(answer: PersonagenAnswer)

## Kind of message.
var type: String
## Its fields, without [code]type[/code] and [code]id[/code].
var fields: Dictionary
## Id under which it was sent last.
var id: int = 0
## Its answer; null while there is none.
var answer: PersonagenAnswer = null
## Engine time in milliseconds at which it counts as lost.
var deadline_ms: int = 0
## It went out on some connection: the server may have done it.
var sent: bool = false
## Nobody waits for the answer: the client asked for itself.
var own: bool = false

var _turns: Dictionary[String, bool] = {}  # replies had already: a resume may repeat one
var _pieces: Dictionary[String, int] = {}  # by turn, the next piece wanted
var _replies: Array[Dictionary] = []


func _init(kind: String, with: Dictionary) -> void:
	type = kind
	fields = with


## Its answer, as soon as there is one.
func wait() -> PersonagenAnswer:
	if answer == null:
		await resolved
	return answer


## Take an answer of the server, the last or one before it.
func take(message: Dictionary) -> void:
	match message.get("type"):
		"ok", "welcome":
			var data: Variant = message.get("data", {})
			resolve(PersonagenAnswer.done(data if data is Dictionary else {}))
		"error":
			resolve(PersonagenAnswer.fault(
					str(message.get("code", "")), str(message.get("message", "")),
					str(message.get("field", ""))))
		"delta":
			_stream(message)
		"reply":
			_reply(message)


## Give it its answer, once.
func resolve(with: PersonagenAnswer) -> void:
	if answer == null:
		with.replies = _replies
		answer = with
		resolved.emit(with)


func _stream(delta: Dictionary) -> void:
	var turn: String = str(delta.get("turn", ""))
	if delta.get("index") == _pieces.get(turn, 0):
		_pieces[turn] = _pieces.get(turn, 0) + 1
		streamed.emit(delta)


func _reply(reply: Dictionary) -> void:
	var turn: String = str(reply.get("turn", ""))
	if not _turns.has(turn):
		_turns[turn] = true
		_replies.append(reply)
		replied.emit(reply)
	if reply.get("last", true):
		resolve(PersonagenAnswer.done(reply))
