"""Vocabulary that all rooms share: intents heard, acts done, how knowledge came, emotions.

Names only; what they look like in words stands in data files, what they do stands in the rooms.
"""

from __future__ import annotations

from typing import Final

INTENTS: Final[tuple[str, ...]] = (
    # what a player's line does; `tell` is the rest: a plain statement
    "greet", "part", "ask_who", "ask_what", "ask_where", "ask_when", "ask_why", "ask_how",
    "ask_yesno", "ask_opinion", "ask_name", "ask_wellbeing", "ask_memory", "ask_source",
    "ask_rumour", "ask_help", "trade", "haggle", "offer", "request", "quest_ask", "quest_accept",
    "quest_refuse", "quest_report", "thank", "apologise", "compliment", "insult", "threaten",
    "flirt", "joke", "accuse", "confess", "comfort", "share_news", "introduce", "agree",
    "disagree", "repeat", "silence", "out_of_world", "attack", "persuade", "chat", "tell",
)  # fmt: skip

QUESTIONS: Final[frozenset[str]] = frozenset(
    i for i in INTENTS if i.startswith("ask_") and i not in {"ask_help"}
)

ACTS: Final[tuple[str, ...]] = (
    # what an NPC does; shared by all NPCs, so that learning has common arms
    "greet", "farewell", "answer", "admit_ignorance", "keep_secret", "deflect", "refuse", "comply",
    "give_opinion", "tell_source", "remember", "gossip", "introduce", "meet", "wellbeing",
    "show_wares", "offer_goods", "counter_offer", "accept_deal", "refuse_deal", "offer_quest",
    "quest_done", "quest_wait",
    "welcome_thanks", "forgive", "grudge", "take_compliment", "insult_back",
    "stand_firm", "yield", "flirt_back", "rebuff", "laugh", "console", "react_news", "doubt",
    "accept", "object", "repeat_self", "prompt", "baffled", "unbreakable", "warn", "boast",
    "complain", "joke", "ask_back", "smalltalk", "bark", "work", "weather", "react_event",
    "hear_out",
)  # fmt: skip

SOURCES: Final[tuple[str, ...]] = (
    # evidence kinds after Talk of the Town (Ryan et al., AIIDE 2015), plus `authored`
    "authored", "seen", "told", "overheard", "said", "inferred", "lie", "mutated",
)  # fmt: skip

TWISTS: Final[tuple[str, ...]] = ("", "mutated", "lie")  # how a telling departs from what was told

EMOTIONS: Final[dict[str, tuple[float, float, float]]] = {
    # pleasure, arousal, dominance of each emotion: GAMYGDALA (Popescu et al. 2014), with gloating's
    # pleasure made positive as OCC has it; the last five after ALMA (Gebhard 2005), with admiration
    # as the mirror of reproach
    "joy": (0.76, 0.48, 0.35),
    "distress": (-0.61, 0.28, -0.36),
    "hope": (0.51, 0.23, 0.14),
    "fear": (-0.64, 0.60, -0.43),
    "satisfaction": (0.87, 0.20, 0.62),
    "fears_confirmed": (-0.61, 0.06, -0.32),
    "disappointment": (-0.61, -0.15, -0.29),
    "relief": (0.29, -0.19, -0.28),
    "happy_for": (0.64, 0.35, 0.25),
    "resentment": (-0.35, 0.35, 0.29),
    "pity": (-0.52, 0.02, -0.21),
    "gloating": (0.30, 0.48, 0.42),
    "gratitude": (0.64, 0.16, -0.21),
    "anger": (-0.51, 0.59, 0.25),
    "gratification": (0.69, 0.57, 0.63),
    "remorse": (-0.57, 0.28, -0.34),
    "pride": (0.40, 0.30, 0.30),
    "shame": (-0.30, 0.10, -0.60),
    "admiration": (0.50, 0.30, -0.20),
    "reproach": (-0.30, -0.10, 0.40),
}
