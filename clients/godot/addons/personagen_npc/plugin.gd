@tool
extends EditorPlugin
## Makes the addon one that can be switched on. The nodes are there without it, by their names.
