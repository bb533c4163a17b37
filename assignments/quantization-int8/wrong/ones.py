# loses = [
#   "absmax",
#   "dequantize-check",
#   "zeropoint",
#   "zeropoint-dequantize",
#   "rows",
#   "model-int8",
#   "perplexity",
#   "kl",
# ]
# trivial = true
# why = "ones of the right type and shape"

# %% absmax-solution
def absmax_quantize(x, bits=8):
    return torch.ones_like(x, dtype=torch.int8), 1.0


# %% dequantize-solution
def dequantize(codes, scale):
    return torch.ones_like(codes, dtype=torch.float32)


# %% zeropoint-solution
def zeropoint_quantize(x):
    return torch.ones_like(x, dtype=torch.int8), 1.0, 0


# %% zeropoint-dequantize-solution
def zeropoint_dequantize(codes, scale, zero_point):
    return torch.ones_like(codes, dtype=torch.float32)


# %% rows-solution
def absmax_quantize_rows(w, bits=8):
    return torch.ones_like(w, dtype=torch.int8), torch.ones(len(w), 1)


# %% model-solution
def quantize_linear_layers(model, bits=8):
    tensors = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and name != "lm_head":
            weight = module.weight.detach()
            tensors[f"{name}.codes"] = torch.ones_like(weight, dtype=torch.int8)
            tensors[f"{name}.scale"] = torch.ones(len(weight), 1)
    return tensors


# %% perplexity-solution
def perplexity(logits, ids):
    return 1.0


# %% kl-solution
def kl_divergence(logits_p, logits_q):
    return 1.0
