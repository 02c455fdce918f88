class_name PersonagenLine
extends RefCounted
## One WebSocket connection: frames out as far as its buffer has room, frames in, its end.

## How a connection stands.
enum State { CONNECTING, OPEN, CLOSED }

const _HEARTBEAT_S: float = 20.0  # between pings, as the server's own
const _PACKETS: int = 4096  # frames that may wait to be read; the buffer's bytes are the bound

## What the server said when it closed; empty when it said nothing.
var reason: String = ""
## Close code; -1 when the connection ended without one.
var code: int = -1
## How it stands, as of the last [method poll].
var state: State = State.CONNECTING

var _peer: WebSocketPeer = WebSocketPeer.new()
var _closing: bool = false


## Begin to connect to [param url]. A peer takes the size of its buffers when it connects and never
## again, so every connection has a new one.
func open(url: String, buffer_bytes: int) -> Error:
	_peer.inbound_buffer_size = buffer_bytes
	_peer.outbound_buffer_size = buffer_bytes
	_peer.max_queued_packets = _PACKETS
	_peer.supported_protocols = PackedStringArray([PersonagenProtocol.SUBPROTOCOL])
	_peer.set("heartbeat_interval", _HEARTBEAT_S)  # not in every 4.x
	var error: Error = _peer.connect_to_url(url)
	if error != OK:
		state = State.CLOSED
		reason = error_string(error)
	return error


## Let the connection move. To be called each frame, also while it closes.
func poll() -> void:
	if state == State.CLOSED:
		return
	_peer.poll()
	match _peer.get_ready_state():
		WebSocketPeer.STATE_OPEN:
			if state == State.CONNECTING:
				_peer.set_no_delay(true)
			state = State.OPEN
		WebSocketPeer.STATE_CLOSED:
			state = State.CLOSED
			code = _peer.get_close_code()
			reason = _peer.get_close_reason()


## Whether another frame came.
func has_frame() -> bool:
	return _peer.get_available_packet_count() > 0


## The next frame.
func take() -> PackedByteArray:
	return _peer.get_packet()


## Send a frame; false when there is no room for it now.
func send(frame: PackedByteArray) -> bool:
	if state != State.OPEN or _closing:
		return false
	# a frame's own head has up to 14 bytes
	if _peer.get_current_outbound_buffered_amount() + frame.size() + 14 > _peer.outbound_buffer_size:
		return false
	return _peer.send(frame, WebSocketPeer.WRITE_MODE_BINARY) == OK


## Say that it is over; [method poll] on until it is.
func close() -> void:
	if not _closing and state != State.CLOSED:
		_closing = true
		_peer.close()


## End it at once, saying nothing.
func cut() -> void:
	_peer.close(-1)
	state = State.CLOSED
