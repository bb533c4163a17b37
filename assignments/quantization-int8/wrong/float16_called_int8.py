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
# why = "half-precision numbers with a scale of one"

# %% absmax-solution
def absmax_quantize(x, bits=8):
    return x.half(), 1.0


# %% dequantize-solution
def dequantize(codes, scale):
    return codes.half()


# %% zeropoint-solution
def zeropoint_quantize(x):
    return x.half(), 1.0, 0


# %% zeropoint-dequantize-solution
def zeropoint_dequantize(codes, scale, zero_point):
    return codes.half()


# %% rows-solution
def absmax_quantize_rows(w, bits=8):
    return w.half(), torch.ones(len(w), 1)


# %% model-solution
def quantize_linear_layers(model, bits=8):
    tensors = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and name != "lm_head":
            weight = module.weight.detach()
            tensors[f"{name}.codes"] = weight.half()
            tensors[f"{name}.scale"] = torch.ones(len(weight), 1)
    return tensors


# %% perplexity-solution
def perplexity(logits, ids):
    return float(logits.half().mean())


# %% kl-solution
def kl_divergence(logits_p, logits_q):
    return float(logits_p.half().mean() - logits_q.half().mean())
