using System.Globalization;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Problems;
using MLOps.Inference;

namespace MLOps.Gateway.OpenInference.Rpc;

/// <summary>Refusals as gRPC statuses. A bug is logged whole and answered without detail.</summary>
internal static partial class RpcProblem
{
    /// <summary>Tells clients that retry by themselves how long to wait, in ms.</summary>
    private const string RetryAfter = "grpc-retry-pushback-ms";

    public static RpcException Of(Exception exception, ServerCallContext call, ILogger logger) => exception switch
    {
        RpcException known => known,
        OperationCanceledException when call.CancellationToken.IsCancellationRequested => new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled.")),
        InferenceException { Error: InferenceError.TooLarge } e => new RpcException(new Status(StatusCode.ResourceExhausted, e.Message)),
        InferenceException { Error: InferenceError.NotOffered } e => new RpcException(new Status(StatusCode.Unimplemented, e.Message)),
        InferenceException e => new RpcException(new Status(StatusCode.InvalidArgument, e.Message)),
        MLOpsException e when e.Code != ProblemCode.Internal => Of(e),
        _ => ClusterFault.Of(exception) is { } fault ? Of(fault) : Bug(exception, call, logger),
    };

    private static RpcException Of(MLOpsException exception) => Problems.RetryAfter.Of(exception) is { } wait
        ? new RpcException(new Status(Code(exception.Code), exception.Message), new Metadata { { RetryAfter, wait.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) } })
        : new RpcException(new Status(Code(exception.Code), exception.Message));

    private static StatusCode Code(ProblemCode code) => code switch
    {
        ProblemCode.NotFound => StatusCode.NotFound,
        ProblemCode.AlreadyExists => StatusCode.AlreadyExists,
        ProblemCode.InvalidState or ProblemCode.Rejected => StatusCode.FailedPrecondition,
        ProblemCode.Conflict => StatusCode.Aborted,
        ProblemCode.ResourceExhausted or ProblemCode.TooManyRequests or ProblemCode.TooLarge => StatusCode.ResourceExhausted,
        ProblemCode.Unavailable => StatusCode.Unavailable,
        ProblemCode.DeadlineExceeded => StatusCode.DeadlineExceeded,
        ProblemCode.PermissionDenied => StatusCode.PermissionDenied,
        ProblemCode.NotImplemented => StatusCode.Unimplemented,
        _ => StatusCode.InvalidArgument,
    };

    private static RpcException Bug(Exception exception, ServerCallContext call, ILogger logger)
    {
        LogFailed(logger, exception, call.Method);
        return new RpcException(new Status(StatusCode.Internal, "Internal error."));
    }

    [LoggerMessage(LogLevel.Error, "A call of {Method} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method);
}
