"""The attacks of attack-ids.txt as cases: a file for each class of them. What cannot be tried says why, and what takes steps says where."""

from . import bits, cached, claims, confusion, controls, extensions, json_texts, key_choice, segments, signatures, unsigned, weak_keys
from .book import Book

# None waits.
WAITS = {}

KEYSETS, ACCESS = "vectors/scenarios/keysets.json: ", "vectors/scenarios/access.json: "
CACHED = "../src/jose/verified_cache/tests.rs: "
FETCHED, HTTP = "fetched.rs: ", "runtime/http.rs: "

# What has more than one step, or is about what is fetched: the file below tests, and the case or the test.
STEPS = {
    "EMB-04":
    [KEYSETS + "nothing in a token says where keys are", FETCHED + "emb_04_05_07_no_address_in_a_token_is_asked"],
    "EMB-05":
    [KEYSETS + "nothing in a token says where keys are", FETCHED + "emb_04_05_07_no_address_in_a_token_is_asked"],
    "EMB-07": [FETCHED + "emb_04_05_07_no_address_in_a_token_is_asked"],
    "KID-12":
    [KEYSETS + "unknown names of keys cause one fetch", FETCHED + "kid_12_a_thousand_unknown_kids_cause_one_fetch"],
    "DOS-06": [HTTP + "dos_06_a_slow_server_has_the_whole_timeout_and_no_more"],
    "DOS-07": [
        KEYSETS + "no keys: a redirect",
        FETCHED + "dos_07_a_redirect_of_a_key_set_leads_nowhere",
        HTTP + "dos_07_a_redirect_is_an_answer_and_nobody_is_asked_again",
    ],
    "DOS-08": [FETCHED + "dos_08_a_compressed_key_set_stays_compressed", HTTP + "dos_08_nothing_is_unpacked"],
    "DOS-09": [
        KEYSETS + "an answer that is too large is none",
        FETCHED + "dos_09_an_answer_that_is_deep_or_huge_gives_no_token",
        HTTP + "dos_09_an_answer_is_read_up_to_the_cap_and_no_further",
    ],
    "CACHE-01": [CACHED + "the_end_of_a_token_is_judged_by_the_clock_of_each_call"],
    "CACHE-02": [
        CACHED + "two_verifiers_share_nothing",
        "../src/source/remote_keys/tests/mod.rs: a_withdrawn_key_takes_the_tokens_along_that_it_was_seen_to_have_signed",
    ],
    "CACHE-03": [CACHED + "two_verifiers_share_nothing"],
    "CACHE-04": [CACHED + "two_verifiers_share_nothing"],
    "CACHE-06": [CACHED + "what_was_refused_is_judged_anew"],
    "CACHE-07": [CACHED + "the_end_of_a_token_is_judged_by_the_clock_of_each_call"],
    "CACHE-09": [CACHED + "a_flood_of_bad_tokens_changes_nothing", CACHED + "a_flood_never_takes_more_than_was_given"],
    "CACHE-10": ["../src/source/oauth2/tests.rs: s26_sources_that_get_different_tokens_share_none"],
    "OPQ-01": [ACCESS + "OPQ-01: no token at all", "access.rs: nothing_is_no_token"],
    "OPQ-02": [ACCESS + "OPQ-02: a token that is cut", "access.rs: a_signed_token_is_whole_or_nobody"],
    "OPQ-03": [ACCESS + "OPQ-03: a token with something after it", "access.rs: a_signed_token_is_whole_or_nobody"],
    "OPQ-04": [ACCESS + "OPQ-04: a token in another spelling", "access.rs: a_signed_token_is_whole_or_nobody"],
    "OPQ-05": ["vectors/api_key.json: a key with another character 39 is none"],
    "OPQ-06": [ACCESS + "OPQ-06: the halves of two managed tokens"],
    "OPQ-07": [
        ACCESS + "managed_tokens: revoked",
        ACCESS + "managed_tokens: expired",
        "access.rs: a_challenge_never_says_what_was_wrong",
    ],
    "OPQ-08": [
        ACCESS + "OPQ-08: configured with an empty token",
        ACCESS + 'OPQ-08: configured with {"tokens": []}',
        ACCESS + "an empty secret",
    ],
    "OPQ-09": [ACCESS + "OPQ-09: a token in the query of an address"],
}


def write():
    """Writes tests/vectors/attacks.json; returns its number of cases."""
    book = Book(WAITS, STEPS)
    for module in (unsigned, confusion, key_choice, extensions, signatures, bits, segments, json_texts, claims,
                   weak_keys, controls, cached):
        module.add(book)
    return book.write()
