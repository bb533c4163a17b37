# loses = ["beam"]
# why = "treats the end token like any other and goes on after it"

# %% beam-solution
def beam_search(next_logits, start, width, steps, end):
    live = [(list(start), 0.0)]
    kept = []
    for _ in range(steps):
        log_p = torch.log_softmax(next_logits([ids for ids, _ in live]), dim=-1)
        totals = torch.tensor([score for _, score in live])[:, None] + log_p
        scores, places = totals.flatten().topk(min(width, totals.numel()))
        finished, going = [], []
        for rank in range(len(scores)):
            row, token = divmod(int(places[rank]), totals.shape[1])
            hypothesis = (live[row][0] + [token], float(scores[rank]))
            going.append(hypothesis)
        kept.append(finished + going)
        live = going
    return kept
