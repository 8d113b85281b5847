using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using MLOps.Inference.Onnx;

namespace MLOps.Inference.Engine;

/// <summary>Makes sessions as the engine's options say.</summary>
internal sealed class SessionFactory
{
    private readonly InferenceEngineOptions _options;
    private readonly IEngineObserver? _observer;
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);
    private readonly bool _shared;

    public SessionFactory(InferenceEngineOptions options, IEngineObserver? observer)
    {
        _options = options;
        _observer = observer;
        _shared = OnnxEnvironment.TryShare(options.SharedThreads);
    }

    /// <param name="provider">What the session really runs on.</param>
    /// <exception cref="InferenceException">InvalidModel, or ProviderMissing when the provider is required and not there.</exception>
    public InferenceSession Create(byte[] model, SessionSettings settings, out ExecutionProvider provider)
    {
        OnnxModelGuard.Check(model);
        provider = _options.ExecutionProvider;
        var session = provider == ExecutionProvider.Cpu ? null : Accelerated(model, settings, ref provider);
        if (session is not null)
        {
            return session;
        }

        provider = ExecutionProvider.Cpu;
        using var options = Options(settings);
        try
        {
            return new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InferenceException(InferenceError.InvalidModel, $"ONNX Runtime cannot load the model: {OrtMessage.Of(exception)}", exception);
        }
    }

    public void Degraded(string reason)
    {
        if (_told.TryAdd(reason, true))
        {
            _observer?.OnDegraded(reason);
        }
    }

    private SessionOptions Options(SessionSettings settings)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = settings.IntraOpThreads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        if (settings.IntraOpThreads > 1 && _shared)
        {
            options.DisablePerSessionThreads();
            return options;
        }

        if (settings.IntraOpThreads > 1)
        {
            Degraded("Sessions of several threads have pools of their own: ONNX Runtime was used in this process before the first inference engine was made, so there is no shared pool.");
        }

        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        return options;
    }

    /// <param name="provider">What the session really runs on.</param>
    /// <returns>Null: no GPU can be used, and the CPU may do instead.</returns>
    private InferenceSession? Accelerated(byte[] model, SessionSettings settings, ref ExecutionProvider provider)
    {
        var wanted = provider;
        var session = TryCreate(model, settings, wanted, out var reason);
        if (session is not null)
        {
            return session;
        }

        if (_options.ExecutionProviderRequired)
        {
            throw new InferenceException(InferenceError.ProviderMissing, $"Execution provider {wanted} is required, but {reason}.");
        }

        if (wanted == ExecutionProvider.TensorRt)
        {
            provider = ExecutionProvider.Cuda;
            session = TryCreate(model, settings, provider, out _);
        }

        Degraded($"Models run on {(session is null ? "the CPU" : "CUDA")} instead of {wanted}: {reason}.");
        return session;
    }

    /// <param name="reason">Why there is no session.</param>
    private InferenceSession? TryCreate(byte[] model, SessionSettings settings, ExecutionProvider provider, out string reason)
    {
        var name = provider == ExecutionProvider.Cuda ? "CUDAExecutionProvider" : "TensorrtExecutionProvider";
        if (!OrtEnv.Instance().GetAvailableProviders().Contains(name, StringComparer.Ordinal))
        {
            reason = $"this build of ONNX Runtime has no {name} (build with -p:OnnxRuntime=Gpu)";
            return null;
        }

        using var options = Options(settings);
        try
        {
            if (provider == ExecutionProvider.TensorRt)
            {
                options.AppendExecutionProvider_Tensorrt(_options.DeviceId);
            }

            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(CudaOptions());
            options.AppendExecutionProvider_CUDA(cuda);
            reason = string.Empty;
            return new InferenceSession(model, options);
        }
        catch (OnnxRuntimeException exception)
        {
            // Drivers and devices are missed only here. A model that is at fault itself fails on the CPU too, and says so.
            reason = OrtMessage.Of(exception);
            return null;
        }
    }

    private Dictionary<string, string> CudaOptions() => new(StringComparer.Ordinal)
    {
        ["device_id"] = _options.DeviceId.ToString(CultureInfo.InvariantCulture),

        // ONNX Runtime's default, TF32, keeps 10 bits of each factor: on an H100 a small dense layer was 6e-4 from the CPU's answer.
        ["use_tf32"] = _options.AllowTf32 ? "1" : "0",

        // Its default tries every algorithm for each new shape: batches of changing size of a convolution then answered 180 requests a second, so 885.
        ["cudnn_conv_algo_search"] = "HEURISTIC",
    };
}
