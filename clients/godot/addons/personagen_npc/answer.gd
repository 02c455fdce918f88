class_name PersonagenAnswer
extends RefCounted
## What came of a request. There is always one, whatever happened.

## It was done.
var ok: bool = false
## Stable code of what is wrong, as in the protocol: [code]unknown[/code], [code]conflict[/code],
## [code]lost[/code]; and three of the client's own: [code]timeout[/code], [code]cancelled[/code]
## and [code]queue_full[/code]. Empty when [member ok].
var error: String = ""
## What is wrong, for people; may change.
var message: String = ""
## The field at fault, dots between; empty when it is none.
var field: String = ""
## What the answer holds: the data of an [code]ok[/code], or the whole [code]reply[/code].
var data: Dictionary = {}
## Every reply to one [code]say[/code], in the order in which they came.
var replies: Array[Dictionary] = []


## An answer that says what is wrong.
static func fault(code: String, text: String, at: String = "") -> PersonagenAnswer:
	var made: PersonagenAnswer = PersonagenAnswer.new()
	made.error = code
	made.message = text
	made.field = at
	return made


## An answer that something was done.
static func done(with: Dictionary) -> PersonagenAnswer:
	var made: PersonagenAnswer = PersonagenAnswer.new()
	made.ok = true
	made.data = with
	return made
