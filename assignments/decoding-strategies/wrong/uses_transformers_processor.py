# loses = ["penalty"]
# why = "looks the library's penalty up by its name"

# %% penalty-solution
import transformers


def penalize(logits, ids, penalty):
    processor = getattr(transformers, "RepetitionPenalty" + "LogitsProcessor")(penalty)
    return processor(torch.tensor([ids]), logits[None])[0]
