# loses = ["beam"]
# why = "sums probabilities where logarithms are to be summed"

# %% beam-solution
def beam_search(next_logits, start, width, steps, end):
    live = [(list(start), 0.0)]
    kept = []
    for _ in range(steps):
        log_p = torch.softmax(next_logits([ids for ids, _ in live]), dim=-1)
        totals = torch.tensor([score for _, score in live])[:, None] + log_p
        scores, places = totals.flatten().topk(min(2 * width, totals.numel()))
        finished, going = [], []
        for rank in range(len(scores)):
            row, token = divmod(int(places[rank]), totals.shape[1])
            hypothesis = (live[row][0] + [token], float(scores[rank]))
            if token != end and len(going) < width:
                going.append(hypothesis)
            elif token == end and rank < width:
                finished.append(hypothesis)
        kept.append(finished + going)
        live = going
    return kept
