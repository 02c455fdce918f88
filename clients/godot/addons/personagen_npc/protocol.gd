class_name PersonagenProtocol
extends RefCounted
## What a client must know of the wire protocol.

## The protocol spoken.
const VERSION: int = 1
## Name by which WebSocket servers tell protocols apart.
const SUBPROTOCOL: String = "personagen.v1"
## The largest whole number that every language reads alike: 2^53-1.
const SAFE: int = 9007199254740991
## Requests that the server never runs twice. After a lost connection they are sent again under
## their old ids; all others are asked anew.
const WRITES: Array[String] = [
	"action.result", "bark", "cancel", "converse", "event", "events", "fact.tell", "load",
	"load.at", "load.undo", "npc.remove", "npc.set", "npc.spawn", "pack.reload", "pause",
	"perform", "player.forget", "player.remove", "player.set", "policy", "refit", "reward",
	"save", "save.at", "say", "shown", "tick", "tie", "world.set",
]
## Close codes after which connecting again would fail again, or take the session from its new
## holder.
const FINAL: Array[int] = [1000, 4000, 4001, 4002, 4003, 4004, 4005, 4006, 4008]


## The error code that a close code stands for.
static func fault_of_close(code: int) -> String:
	match code:
		4001, 1009:
			return "frame_too_big"
		4002:
			return "wrong_protocol"
		4003:
			return "denied"
		4008:
			return "rate_limited"
	return "lost"
