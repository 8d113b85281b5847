using System.Collections.Concurrent;
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
        var session = provider == ExecutionProvider.Cpu ? null : Accelerated(model, settings, provider);
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

    /// <returns>Null: the provider is not there, and the CPU may do instead.</returns>
    private InferenceSession? Accelerated(byte[] model, SessionSettings settings, ExecutionProvider wanted)
    {
        var name = wanted == ExecutionProvider.Cuda ? "CUDAExecutionProvider" : "TensorrtExecutionProvider";
        string reason;
        if (!OrtEnv.Instance().GetAvailableProviders().Contains(name, StringComparer.Ordinal))
        {
            reason = $"this build of ONNX Runtime has no {name} (build with -p:OnnxRuntime=Gpu)";
        }
        else
        {
            using var options = Options(settings);
            try
            {
                if (wanted == ExecutionProvider.TensorRt)
                {
                    options.AppendExecutionProvider_Tensorrt(_options.DeviceId);
                }

                options.AppendExecutionProvider_CUDA(_options.DeviceId);
                return new InferenceSession(model, options);
            }
            catch (OnnxRuntimeException exception)
            {
                // Drivers and devices are missed only here. A model that is at fault itself fails on the CPU too, and says so.
                reason = OrtMessage.Of(exception);
            }
        }

        if (_options.ExecutionProviderRequired)
        {
            throw new InferenceException(InferenceError.ProviderMissing, $"Execution provider {wanted} is required, but {reason}.");
        }

        Degraded($"Models run on the CPU instead of {wanted}: {reason}.");
        return null;
    }
}
