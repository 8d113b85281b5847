using MLOps.Contracts.Problems;

namespace MLOps.Silo.Jobs;

/// <summary>What went wrong with a job.</summary>
internal static class JobFault
{
    /// <summary>A store or a silo did not answer: later it may, and the job is worth another attempt.</summary>
    public static bool IsTransient(Exception exception) => exception
        is MLOpsException { Code: ProblemCode.Unavailable or ProblemCode.Conflict or ProblemCode.ResourceExhausted or ProblemCode.DeadlineExceeded }
        or OrleansException or TimeoutException;

    /// <summary>What is said of an exception that nobody foresaw.</summary>
    /// <param name="what">What it ended, as in a sentence.</param>
    public static string Unexpected(Exception exception, string what) =>
        $"An unexpected error ended {what} ({exception.GetType().Name}: {exception.Message}). The server's log has the details.";
}
