extends SceneTree
## The client against a real server with the pack [code]hamlet[/code]:
## [code]godot --headless -s res://tests/client.gd -- --url URL --token TOKEN --pid PID[/code].
## Whoever starts it starts the server again on the same port when it is killed.

const MANY: int = 200
const SAYS: int = 40
const LINES: int = 10

var check: Check = Check.new()
var given: Dictionary[String, String] = Arguments.given()
var client: PersonagenClient = null
var heard: Array[String] = []
var failures: Array[String] = []


func _initialize() -> void:
	_run.call_deferred()


func _run() -> void:
	await _test_nobody_there()
	await _test_wrong_token()
	client = _made(given["url"], given["token"])
	check.same((await client.request("ping")).error, "lost", "before start")
	var welcome: PersonagenAnswer = await client.start()
	check.same(welcome.error, "", "welcome")
	check.same(client.state, PersonagenClient.State.READY, "state")
	var opened: PersonagenAnswer = await client.request(
			"world.open", {"name": "w", "packs": ["hamlet"], "seed": 5})
	check.same(opened.data.get("new"), true, "world is new")
	await _test_say()
	await _test_refusals()
	await _test_many()
	await _test_paused()
	await _test_timeout_and_cancel()
	await _test_lost_and_found()
	await _test_killed()
	await _test_stop()
	await _test_freed()
	quit(check.summary())


func _made(url: String, token: String, patience: float = 30.0) -> PersonagenClient:
	var made: PersonagenClient = PersonagenClient.new()
	made.url = url
	made.token = token
	made.patience = patience
	made.failed.connect(func(reason: String) -> void: failures.append(reason))
	root.add_child(made)
	return made


func _test_nobody_there() -> void:
	var alone: PersonagenClient = _made("ws://127.0.0.1:1", "", 0.3)
	var tries: Array[int] = []
	alone.reconnecting.connect(func(attempt: int) -> void: tries.append(attempt))
	check.same((await alone.start()).error, "lost", "nobody there")
	check.that(tries.size() > 1, "tried again: %s" % [tries])
	check.same(failures.size(), 1, "said once that it gave up")
	alone.url = "nonsense://"
	check.same((await alone.start()).field, "url", "no address")
	alone.queue_free()


func _test_wrong_token() -> void:
	var stranger: PersonagenClient = _made(given["url"], "wrong")
	check.same((await stranger.start()).error, "denied", "wrong token")
	check.same(stranger.state, PersonagenClient.State.OFFLINE, "and that is the end of it")
	stranger.queue_free()


func _say(text: String, more: Dictionary = {}) -> PersonagenPending:
	var fields: Dictionary = {"npc": "ida", "player": "ash", "text": text}
	fields.merge(more)
	return client.post("say", fields)


func _test_say() -> void:
	var said: PersonagenPending = _say("What happened at the well?", {"stream": true})
	var pieces: PackedStringArray = PackedStringArray()
	said.streamed.connect(func(delta: Dictionary) -> void: pieces.append(str(delta["text"])))
	var reply: PersonagenAnswer = await said.wait()
	check.same(reply.error, "", "say")
	check.that(str(reply.data.get("text", "")).contains("brothers"), "says %s" % reply.data)
	check.same("".join(pieces), reply.data.get("text"), "the pieces are the line")
	check.same(reply.replies.size(), 1, "one reply")
	var reward: PersonagenAnswer = await client.request(
			"reward", {"turn": reply.data["turn"], "value": 0.5, "kind": "liked"})
	check.same(reward.data.get("counted"), true, "reward counts")


func _test_refusals() -> void:
	check.same((await client.request("npc.get", {"npc": "nobody"})).error, "unknown", "nobody")
	var wrong: PersonagenAnswer = await client.request("say", {"npc": "ida", "player": "ash"})
	check.same([wrong.error, wrong.field], ["bad_field", "text"], "a field is missing")
	check.same((await client.request("nonsense")).error, "bad_field", "no such message")
	var big: PersonagenAnswer = await client.request("ping", {"more": "x".repeat(70000)})
	check.same(big.error, "frame_too_big", "too big, and not sent")
	var strange: PersonagenAnswer = await client.request("ping", {"where": Vector3.ONE})
	check.same(strange.error, "bad_field", "nothing that can be sent")
	check.same(client.state, PersonagenClient.State.READY, "the connection stays up")


func _test_many() -> void:
	var asked: Array[PersonagenPending] = []
	for i: int in MANY:
		asked.append(client.post("npc.get", {"npc": "ida" if i % 2 == 0 else "per"}))
	for i: int in MANY:
		var answer: PersonagenAnswer = await asked[i].wait()
		check.same(answer.data.get("npc", answer.data.get("id")), "ida" if i % 2 == 0 else "per",
				"answer %d" % i)
	var events: Array[Dictionary] = []
	for _i: int in 500:
		events.append({"type": "theft", "actor": "ash", "target": "ida", "place": "inn"})
	check.same((await client.request("events", {"events": events})).data.get("taken"), 500, "500")
	check.same(client.waiting(), 0, "nothing waits")


func _test_paused() -> void:
	paused = true
	check.that((await client.request("ping")).ok, "answered while the tree is paused")
	paused = false


func _test_timeout_and_cancel() -> void:
	check.that((await client.request("npc.set", {"npc": "per", "locked": true})).ok, "locked")
	var held: Dictionary = {"npc": "per", "player": "ash", "text": "Hello!"}
	check.same((await client.request("say", held, 0.3)).error, "timeout", "it waits too long")
	var said: PersonagenPending = client.post("say", held)
	await client.request("ping")
	client.cancel(said)
	check.same((await said.wait()).error, "cancelled", "cancelled")
	check.that((await client.request("npc.set", {"npc": "per", "locked": false})).ok, "let go")


func _turns() -> int:
	var stats: PersonagenAnswer = await client.request("ask", {"what": "stats"})
	return stats.data.get("turns", -1)


## The connection goes while lines are under way: each is said once, each is answered.
func _test_lost_and_found() -> void:
	var before: int = await _turns()
	var session: String = client.welcome()["session"]
	var lines: Array[String] = []
	client.spoke.connect(func(npc: String, text: String) -> void:
		if npc == "per":
			lines.append(text))
	var said: Array[PersonagenPending] = []
	for i: int in SAYS:
		said.append(_say("Hello %d!" % i))
	for i: int in LINES:
		said.append(client.post("perform", {"npc": "per", "text": "Line %d." % i}))
	await process_frame
	await process_frame
	client._line.cut()
	for pending: PersonagenPending in said:
		check.same((await pending.wait()).error, "", "answered after all")
	check.same(client.welcome()["session"], session, "the same session")
	check.same(client.welcome()["resumed"], true, "resumed")
	check.same(await _turns(), before + SAYS + LINES, "each said once")
	client._line.cut()  # what was heard last comes again, and is not told again
	check.that((await client.request("ping")).ok, "back again")
	var wanted: Array[String] = []
	for i: int in LINES:
		wanted.append("Line %d." % i)
	check.same(lines, wanted, "what was said meanwhile is heard once, in order")


## The server is killed while lines are under way, and another comes back to the same store.
func _test_killed() -> void:
	var before: int = await _turns()
	var ends: Array[int] = []
	client.disconnected.connect(func(code: int, _reason: String) -> void: ends.append(code))
	var said: Array[PersonagenPending] = []
	for i: int in SAYS:
		said.append(_say("Good day %d!" % i))
	await process_frame
	await process_frame
	OS.kill(given["pid"].to_int())
	for i: int in SAYS:
		said.append(_say("Good night %d!" % i))
	for pending: PersonagenPending in said:
		check.same((await pending.wait()).error, "", "answered by the next server")
	check.that(ends.size() > 0 and ends[0] != 1000, "the end was noticed: %s" % [ends])
	check.same(await _turns(), before + 2 * SAYS, "nothing lost, nothing doubled")


func _test_stop() -> void:
	failures.clear()
	var last: PersonagenPending = client.post("npc.list")
	client.stop()
	check.same((await last.wait()).error, "", "what is under way is still answered")
	while client.state != PersonagenClient.State.OFFLINE:
		await process_frame
	check.same(failures, [] as Array[String], "an end that was wanted is no failure")
	check.same((await client.request("ping")).error, "lost", "after stop")
	check.that((await client.start()).ok, "started anew")
	check.that((await client.request("world.open", {"name": "w"})).ok, "and in the world again")


func _wait_for(pending: PersonagenPending) -> void:
	heard.append((await pending.wait()).error)


func _ask_through(asker: PersonagenClient) -> void:
	heard.append((await asker.request("npc.list")).error)


func _start(asker: PersonagenClient) -> void:
	heard.append((await asker.start()).error)


func _test_freed() -> void:
	_wait_for(client.post("npc.list"))
	_ask_through(client)
	client.queue_free()
	await process_frame
	await process_frame
	check.same(heard, ["lost", "lost"] as Array[String], "everything that waits is answered")
	var other: PersonagenClient = _made("ws://127.0.0.1:1", "")
	_start(other)
	_wait_for(other.post("ping"))
	other.free()
	check.same(heard.size(), 4, "also of one that is on its way to a server")
