# loses = ["beam"]
# why = "after the first step every beam goes its own way greedily"

# %% beam-solution
def beam_search(next_logits, start, width, steps, end):
    live = [(list(start), 0.0)]
    kept = []
    for _ in range(steps):
        log_p = torch.log_softmax(next_logits([ids for ids, _ in live]), dim=-1)
        count = width if len(kept) == 0 else 1
        finished, going = [], []
        for number, (ids, score) in enumerate(live):
            scores, tokens = log_p[number].topk(min(count + 1, log_p.shape[1]))
            new = [
                (ids + [int(tokens[rank])], score + float(scores[rank]))
                for rank in range(len(tokens))
            ]
            finished += [pair for pair in new[:count] if pair[0][-1] == end]
            going += [pair for pair in new if pair[0][-1] != end][:count]
        kept.append(finished + going)
        live = going
    return kept
