using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.Layers;

/// <summary>Multi-head scaled dot-product attention of a sequence [B, T, width] to itself (Vaswani et al. 2017, section 3.2).</summary>
internal sealed class SelfAttention : Module<Tensor, Tensor>
{
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _output;

    public SelfAttention(int width, int heads)
        : base("attention")
    {
        if (width % heads != 0)
        {
            throw new ArgumentException($"A width of {width} cannot be shared by {heads} heads.", nameof(heads));
        }

        (Width, Heads) = (width, heads);
        _query = Linear(width, width);
        _key = Linear(width, width);
        _value = Linear(width, width);
        _output = Linear(width, width);
        RegisterComponents();
    }

    public int Width { get; }

    public int Heads { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var mixed = Weights(input).matmul(Split(_value.forward(input)));
        return _output.forward(mixed.transpose(1, 2).reshape(input.shape)).MoveToOuterDisposeScope();
    }

    /// <summary>How much each position (row) looks at each (column), [B, heads, T, T]; rows sum to 1.</summary>
    public Tensor Weights(Tensor input)
    {
        using var scope = NewDisposeScope();
        var scores = Split(_query.forward(input)).matmul(Split(_key.forward(input)).transpose(2, 3)).Over(Math.Sqrt(Width / Heads));
        return functional.softmax(scores, -1).MoveToOuterDisposeScope();
    }

    /// <summary>[B, T, width] to [B, heads, T, width / heads].</summary>
    private Tensor Split(Tensor values) =>
        values.reshape(values.shape[0], values.shape[1], Heads, Width / Heads).transpose(1, 2);
}
