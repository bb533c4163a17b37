# loses = ["rows", "model-int8"]
# why = "counts the sign twice, so that only codes up to 63 are used"

# %% rows-solution
def absmax_quantize_rows(w, bits=8):
    top = 2 ** (bits - 2) - 1
    largest = w.abs().amax(dim=1, keepdim=True)
    scales = torch.where(largest > 0, largest / top, torch.ones_like(largest))
    return torch.round(w / scales).to(torch.int8), scales
