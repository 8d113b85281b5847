using Microsoft.ML.OnnxRuntime;

namespace MLOps.Inference.Engine;

/// <summary>The process's ONNX Runtime environment. There is one in a process, and its thread pool can be set only while it is made.</summary>
internal static class OnnxEnvironment
{
    private static readonly Lock Gate = new();
    private static bool _made;

    /// <summary>Makes the environment with one pool of threads that do not spin, unless the process has one.</summary>
    /// <returns>False: other code made the environment first, without such a pool.</returns>
    public static bool TryShare(int threads)
    {
        lock (Gate)
        {
            if (_made || OrtEnv.IsCreated)
            {
                return _made;
            }

            using var threading = new OrtThreadingOptions
            {
                GlobalIntraOpNumThreads = threads,
                GlobalInterOpNumThreads = 1,

                // Spinning workers would take whole cores from the requests beside them.
                GlobalSpinControl = false,
            };
            var options = new EnvironmentCreationOptions { logId = "MLOps", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, threadOptions = threading };
            OrtEnv.CreateInstanceWithOptions(ref options);
            return _made = true;
        }
    }
}
