using Microsoft.ML.OnnxRuntime;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>A session's inputs and outputs tied to fixed memory, so that a run is one native call that allocates nothing.
/// On a GPU ONNX Runtime copies bound inputs only when they are bound, so there each run names them anew.</summary>
internal sealed class BoundCall : IDisposable
{
    private static readonly RunOptions Defaults = new();

    private readonly InferenceSession _session;
    private readonly OrtIoBinding? _binding;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly OrtValue[] _inputValues;
    private readonly OrtValue[] _outputValues;

    /// <param name="inputs">In the model's order. Not disposed with the call.</param>
    /// <param name="outputs">In the model's order. Not disposed with the call.</param>
    public BoundCall(InferenceSession session, ExecutionProvider provider, BoundTensor[] inputs, BoundTensor[] outputs)
    {
        _session = session;
        Inputs = inputs;
        Outputs = outputs;
        _inputNames = [.. inputs.Select(input => input.Name)];
        _outputNames = [.. outputs.Select(output => output.Name)];
        _inputValues = [.. inputs.Select(input => input.Value)];
        _outputValues = [.. outputs.Select(output => output.Value)];
        if (provider != ExecutionProvider.Cpu)
        {
            return;
        }

        _binding = session.CreateIoBinding();
        foreach (var input in inputs)
        {
            _binding.BindInput(input.Name, input.Value);
        }

        foreach (var output in outputs)
        {
            _binding.BindOutput(output.Name, output.Value);
        }
    }

    public BoundTensor[] Inputs { get; }

    public BoundTensor[] Outputs { get; }

    /// <exception cref="OnnxRuntimeException">The graph refuses the values, or an output has another shape than its memory.</exception>
    public void Run()
    {
        if (_binding is not null)
        {
            _session.RunWithBinding(Defaults, _binding);
        }
        else
        {
            _session.Run(Defaults, _inputNames, _inputValues, _outputNames, _outputValues);
        }
    }

    public void Dispose() => _binding?.Dispose();
}
