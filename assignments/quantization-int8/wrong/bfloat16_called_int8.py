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
# why = "bfloat16 numbers with a scale of one"

# %% absmax-solution
def absmax_quantize(x, bits=8):
    return x.bfloat16(), 1.0


# %% dequantize-solution
def dequantize(codes, scale):
    return codes.bfloat16()


# %% zeropoint-solution
def zeropoint_quantize(x):
    return x.bfloat16(), 1.0, 0


# %% zeropoint-dequantize-solution
def zeropoint_dequantize(codes, scale, zero_point):
    return codes.bfloat16()


# %% rows-solution
def absmax_quantize_rows(w, bits=8):
    return w.bfloat16(), torch.ones(len(w), 1)


# %% model-solution
def quantize_linear_layers(model, bits=8):
    tensors = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and name != "lm_head":
            weight = module.weight.detach()
            tensors[f"{name}.codes"] = weight.bfloat16()
            tensors[f"{name}.scale"] = torch.ones(len(weight), 1)
    return tensors


# %% perplexity-solution
def perplexity(logits, ids):
    return float(logits.bfloat16().mean())


# %% kl-solution
def kl_divergence(logits_p, logits_q):
    return float(logits_p.bfloat16().mean() - logits_q.bfloat16().mean())
