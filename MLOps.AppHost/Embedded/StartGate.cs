namespace MLOps.AppHost.Embedded;

/// <summary>The web server starts beside the silo, not after it: what a request needs is prepared on one core while the silo starts on another.
/// Requests that come meanwhile wait here until everything has started.</summary>
internal static class StartGate
{
    public static void UseStartGate(this WebApplication app)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Lifetime.ApplicationStarted.Register(started.SetResult);
        app.Use(next => http => started.Task.IsCompleted ? next(http) : AfterStartAsync(started.Task, next, http));
    }

    private static async Task AfterStartAsync(Task started, RequestDelegate next, HttpContext http)
    {
        try
        {
            await started.WaitAsync(http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Whoever asked has given up waiting: there is nobody to answer.
            return;
        }

        await next(http);
    }
}
