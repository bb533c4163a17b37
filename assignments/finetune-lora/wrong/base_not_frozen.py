# loses = ["layer"]
# why = "the wrapped layer is trained as well: all the memory of full fine-tuning"

# %% layer-solution
class LoraLinear(torch.nn.Module):
    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        a, b = lora_init(linear.in_features, linear.out_features, rank)
        self.a, self.b = torch.nn.Parameter(a), torch.nn.Parameter(b)
        self.alpha = alpha

    def forward(self, x):
        return lora_forward(x, self.linear.weight, self.a, self.b, self.alpha, self.linear.bias)
