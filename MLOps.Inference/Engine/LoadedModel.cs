using System.Buffers.Binary;
using Microsoft.ML.OnnxRuntime;
using MLOps.Inference.Onnx;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Engine;

/// <summary>One session with a count of its users: the engine holds one use, every running request another, and the last to go disposes it.</summary>
internal sealed class LoadedModel
{
    private const long MaxWarmUpBytes = 64L << 20;

    private static readonly RunOptions Defaults = new();

    private readonly InferenceSession _session;
    private readonly string[] _outputNames;
    private int _uses = 1;

    private LoadedModel(InferenceSession session, int version)
    {
        _session = session;
        Metadata = new ModelMetadata(
            [.. session.InputNames.Select(name => Describe(name, session.InputMetadata[name], "input"))],
            [.. session.OutputNames.Select(name => Describe(name, session.OutputMetadata[name], "output"))],
            version,
            null);
        _outputNames = [.. session.OutputNames];
    }

    public ModelMetadata Metadata { get; private set; }

    public static LoadedModel Load(byte[] model, SessionSettings settings)
    {
        OnnxModelGuard.Check(model);
        InferenceSession session;
        using (var options = Options(settings))
        {
            try
            {
                session = new InferenceSession(model, options);
            }
            catch (OnnxRuntimeException exception)
            {
                throw new InferenceException(InferenceError.InvalidModel, $"ONNX Runtime cannot load the model: {OrtMessage.Of(exception)}", exception);
            }
        }

        try
        {
            var loaded = new LoadedModel(session, settings.Version);
            if (settings.WarmUp)
            {
                loaded.WarmUp();
            }

            return loaded;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <returns>False when the last user has gone and the session with it.</returns>
    public bool TryAcquire()
    {
        var uses = Volatile.Read(ref _uses);
        while (uses > 0)
        {
            var seen = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (seen == uses)
            {
                return true;
            }

            uses = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
        {
            _session.Dispose();
        }
    }

    public InferenceResult Run(IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs)
    {
        RequestCheck.Inputs(Metadata, inputs);
        var wanted = outputs is { Count: > 0 } ? RequestCheck.Outputs(Metadata, outputs) : _outputNames;

        var names = new string[inputs.Count];
        var values = new OrtValue[inputs.Count];
        var pinned = new PinnedInput[inputs.Count];
        try
        {
            for (var i = 0; i < inputs.Count; i++)
            {
                pinned[i] = PinnedInput.Create(inputs[i]);
                names[i] = inputs[i].Name;
                values[i] = pinned[i].Value;
            }

            var results = _session.Run(Defaults, names, values, wanted);
            try
            {
                return new InferenceResult(Read(wanted, results), Metadata.Version, results);
            }
            catch
            {
                results.Dispose();
                throw;
            }
        }
        catch (OnnxRuntimeException exception)
        {
            // The bytes and fixed dimensions were checked above: what is left are values and open dimensions that only the graph can judge.
            throw new InferenceException(InferenceError.InvalidRequest, $"The model cannot run on these inputs: {OrtMessage.Of(exception)}", exception);
        }
        finally
        {
            foreach (ref var input in pinned.AsSpan())
            {
                input.Dispose();
            }
        }
    }

    private static SessionOptions Options(SessionSettings settings)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = settings.IntraOpThreads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };

        // Spinning workers would take whole cores from the requests beside them.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        return options;
    }

    private static TensorMetadata Describe(string name, NodeMetadata node, string role)
    {
        if (node.OnnxValueType != OnnxValueType.ONNX_TYPE_TENSOR || !TensorDatatypes.TryFrom(node.ElementDataType, out var datatype))
        {
            throw new InferenceException(
                InferenceError.InvalidModel,
                $"The model's {role} '{name}' is {node.OnnxValueType} of {(node.OnnxValueType == OnnxValueType.ONNX_TYPE_TENSOR ? node.ElementDataType.ToString() : "other values")}: only tensors of the Open Inference Protocol's datatypes can be served.");
        }

        return new TensorMetadata(name, datatype, [.. node.Dimensions.Select(dimension => dimension < 0 ? -1L : dimension)]);
    }

    private static Tensor[] Read(IReadOnlyList<string> names, IDisposableReadOnlyCollection<OrtValue> results)
    {
        var outputs = new Tensor[names.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            var value = results[i];
            var info = value.GetTensorTypeAndShape();
            if (!TensorDatatypes.TryFrom(info.ElementDataType, out var datatype))
            {
                throw new InferenceException(InferenceError.InvalidModel, $"The model's output '{names[i]}' has type {info.ElementDataType}, which no protocol datatype stands for.");
            }

            outputs[i] = datatype == TensorDatatype.Bytes
                ? new Tensor(names[i], datatype, info.Shape, Strings(value, info.ElementCount))
                : new Tensor(names[i], datatype, info.Shape, info.ElementCount == 0 ? default : new NativeMemory(value).Memory);
        }

        return outputs;
    }

    private static byte[] Strings(OrtValue value, long count)
    {
        using var stream = new MemoryStream();
        Span<byte> prefix = stackalloc byte[sizeof(uint)];
        for (var i = 0; i < count; i++)
        {
            var element = value.GetStringElementAsSpan(i);
            BinaryPrimitives.WriteUInt32LittleEndian(prefix, (uint)element.Length);
            stream.Write(prefix);
            stream.Write(element);
        }

        return stream.ToArray();
    }

    private void WarmUp()
    {
        var open = Metadata.Inputs.Any(input => input.Shape.Contains(-1));
        var tensors = new List<Tensor>(Metadata.Inputs.Count);
        long total = 0;
        foreach (var input in Metadata.Inputs)
        {
            long[] shape = [.. input.Shape.Select(dimension => dimension < 0 ? 1 : dimension)];
            var size = TensorShape.Count(shape, input.Name);
            var elementSize = Math.Max(sizeof(uint), input.Datatype.Size());
            if (size > (MaxWarmUpBytes - total) / elementSize)
            {
                Metadata = Metadata with { WarmUpFailure = $"Its inputs are over {MaxWarmUpBytes >> 20} MiB." };
                return;
            }

            total += size * elementSize;

            // Zeros are empty strings too: a length of 0 and no bytes.
            var bytes = size * (input.Datatype == TensorDatatype.Bytes ? sizeof(uint) : input.Datatype.Size());
            tensors.Add(new Tensor(input.Name, input.Datatype, shape, new byte[bytes]));
        }

        try
        {
            Run(tensors, null).Dispose();
        }
        catch (InferenceException exception) when (open)
        {
            // Ones for the open dimensions were a guess: that the model refuses them does not make it a bad model.
            Metadata = Metadata with { WarmUpFailure = exception.Message };
        }
        catch (InferenceException exception)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"The model loads but does not run: {exception.Message}", exception);
        }
    }
}
