using System.Globalization;
using MLOps.Models.Features;
using MLOps.Models.Neural.Layers;
using MLOps.Models.Neural.Training;
using MLOps.Models.Onnx;
using MLOps.Models.Onnx.Schema;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLOps.Models.Neural.Forecaster;

/// <summary>Patch transformer (Nie et al. 2023): each channel alone is cut into overlapping patches of 16 days, the tokens of a transformer whose output becomes the next 24 days.
/// A dense layer from the window to the forecast runs beside it; that layer begins as the log-HAR, and the transformer learns what is missing. [B, C, 96] to [B, C, 24], in the units of the input; the scaler is part of it.</summary>
internal sealed class PatchNetwork : Module<Tensor, Tensor>
{
    public const string Input = "history";
    public const string Output = "forecast";
    private readonly FeatureScaler _scaler;
    private readonly PatchSettings _settings;
    private readonly Tensor _means;
    private readonly Tensor _deviations;
    private readonly Linear _entry;
    private readonly Parameter _positions;
    private readonly ModuleList<TransformerBlock> _blocks;
    private readonly LayerNorm _last;
    private readonly Linear _head;
    private readonly Linear _window;

    public PatchNetwork(FeatureScaler scaler, PatchSettings settings)
        : base("patches")
    {
        (_scaler, _settings) = (scaler, settings);
        _means = AlignedTensor.Of(scaler.Means, 1, scaler.Means.Length, 1).DetachFromDisposeScope();
        _deviations = AlignedTensor.Of(scaler.Deviations, 1, scaler.Means.Length, 1).DetachFromDisposeScope();
        _entry = Linear(PatchSettings.PatchLength, settings.TokenWidth);
        _positions = Parameter(randn(1, PatchSettings.Patches, settings.TokenWidth).Times(0.1));
        _blocks = new ModuleList<TransformerBlock>(
            [.. Enumerable.Range(0, settings.Blocks).Select(_ => new TransformerBlock(settings.TokenWidth, PatchSettings.Heads, 2 * settings.TokenWidth))]);
        _last = LayerNorm(settings.TokenWidth);
        _head = Linear(PatchSettings.Patches * settings.TokenWidth, PatchSettings.Horizon, hasBias: false);
        _window = Linear(PatchSettings.History, PatchSettings.Horizon);
        RegisterComponents();
    }

    public int Channels => _scaler.Means.Length;

    public void Initialise(LogHar har)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (weights, intercepts) = har.OnWindow(PatchSettings.History);
        _window.weight!.copy_(AlignedTensor.Of(weights, PatchSettings.Horizon, PatchSettings.History));
        _window.bias!.copy_(AlignedTensor.Of(intercepts, PatchSettings.Horizon));
        _head.weight!.zero_();
    }

    /// <summary>[B, C, 96] to [B, C, 24].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var scaled = ((input - _means) / _deviations).reshape(-1, PatchSettings.History);
        return (Scaled(scaled, null).reshape(-1, Channels, PatchSettings.Horizon) * _deviations).Plus(_means).MoveToOuterDisposeScope();
    }

    /// <summary>Scaled windows [N, 96], of whatever channel, to scaled forecasts [N, 24].</summary>
    /// <param name="noise">Where dropout draws from; null: there is none.</param>
    public Tensor Scaled(Tensor windows, TrainingNoise? noise)
    {
        using var scope = NewDisposeScope();
        var patches = windows.unfold(1, PatchSettings.PatchLength, PatchSettings.Stride);
        var tokens = _entry.forward(patches).Plus(_positions);
        foreach (var block in _blocks)
        {
            tokens = block.forward(tokens, noise, _settings.Dropout);
        }

        return _head.forward(_last.forward(tokens).flatten(1)).Plus(_window.forward(windows)).MoveToOuterDisposeScope();
    }

    public GraphProto Graph()
    {
        var graph = new OnnxGraphBuilder("patches");
        var layers = new NetworkGraph(graph, this);
        var input = graph.Input(Input, OnnxElementType.Float32, "B", Channels, PatchSettings.History);
        var means = graph.Constant("means", _scaler.Means, 1, Channels, 1);
        var deviations = graph.Constant("deviations", _scaler.Deviations, 1, Channels, 1);
        var scaled = graph.Node("Div", [graph.Node("Sub", [input, means]), deviations]);
        var windows = graph.Node("Reshape", [scaled, graph.Constant("windows", -1, PatchSettings.History)]);
        var patches = graph.Node("Gather", [windows, Days(graph)], OnnxAttribute.Int("axis", 1));
        var tokens = graph.Node("Add", [layers.Dense(patches, "_entry"), layers.Weight("_positions")]);
        for (var i = 0; i < _settings.Blocks; i++)
        {
            tokens = layers.TransformerBlock(tokens, string.Create(CultureInfo.InvariantCulture, $"_blocks.{i}"), PatchSettings.Heads).Output;
        }

        var flat = graph.Node("Flatten", [layers.LayerNormalization(tokens, "_last")], OnnxAttribute.Int("axis", 1));
        var forecast = graph.Node("Add", [layers.Dense(flat, "_head"), layers.Dense(windows, "_window")]);
        var byChannel = graph.Node("Reshape", [forecast, graph.Constant("by_channel", -1, Channels, PatchSettings.Horizon)]);
        graph.Output(Output, graph.Node("Add", [graph.Node("Mul", [byChannel, deviations]), means]), OnnxElementType.Float32, "B", Channels, PatchSettings.Horizon);
        return graph.Build();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _means.Dispose();
            _deviations.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Day of each place in each patch, [patches, 16].</summary>
    private static string Days(OnnxGraphBuilder graph)
    {
        long[] days = [.. from patch in Enumerable.Range(0, PatchSettings.Patches) from day in Enumerable.Range(0, PatchSettings.PatchLength) select (long)((patch * PatchSettings.Stride) + day)];
        return graph.Node("Reshape", [graph.Constant("days", days), graph.Constant("patches_of_days", PatchSettings.Patches, PatchSettings.PatchLength)]);
    }
}
