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
# why = "random numbers of the right type and shape"

# %% absmax-solution
def absmax_quantize(x, bits=8):
    return torch.randint(-127, 128, x.shape, dtype=torch.int8), 0.02


# %% dequantize-solution
def dequantize(codes, scale):
    return torch.randn(codes.shape)


# %% zeropoint-solution
def zeropoint_quantize(x):
    return torch.randint(-127, 128, x.shape, dtype=torch.int8), 0.02, 0


# %% zeropoint-dequantize-solution
def zeropoint_dequantize(codes, scale, zero_point):
    return torch.randn(codes.shape)


# %% rows-solution
def absmax_quantize_rows(w, bits=8):
    return torch.randint(-127, 128, w.shape, dtype=torch.int8), torch.full((len(w), 1), 0.02)


# %% model-solution
def quantize_linear_layers(model, bits=8):
    tensors = {}
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Linear) and name != "lm_head":
            weight = module.weight.detach()
            tensors[f"{name}.codes"] = torch.randint(-127, 128, weight.shape, dtype=torch.int8)
            tensors[f"{name}.scale"] = torch.ones(len(weight), 1)
    return tensors


# %% perplexity-solution
def perplexity(logits, ids):
    return torch.rand(()).item()


# %% kl-solution
def kl_divergence(logits_p, logits_q):
    return torch.rand(()).item()
