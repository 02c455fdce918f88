class_name Arguments
extends RefCounted
## What a test was given behind [code]--[/code].


## [code]--name value[/code] pairs.
static func given() -> Dictionary[String, String]:
	var pairs: Dictionary[String, String] = {}
	var words: PackedStringArray = OS.get_cmdline_user_args()
	for i: int in range(0, words.size() - 1, 2):
		pairs[words[i].trim_prefix("--")] = words[i + 1]
	return pairs
