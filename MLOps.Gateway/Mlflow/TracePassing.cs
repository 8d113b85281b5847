using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MLOps.Contracts.Problems;
using MLOps.Tracking;

namespace MLOps.Gateway.Mlflow;

/// <summary>With an MLflow server behind the platform, traces are its own: calls and answers pass as they are.</summary>
internal static class TracePassing
{
    private const int MaxBody = 64 << 20;
    private static readonly string[] Headers = ["Content-Type", "Content-Encoding", "x-mlflow-experiment-id"];

    /// <returns>False: there is no such server, and nothing was read or written.</returns>
    public static async Task<bool> TryAsync(MlflowCall call)
    {
        var upstream = call.Http.RequestServices.GetRequiredService<ITraceUpstream>();
        if (!upstream.IsUsed)
        {
            return false;
        }

        var request = call.Http.Request;
        using var body = new MemoryStream();
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, call.Cancelled)) > 0)
        {
            if (body.Length + read > MaxBody)
            {
                throw new MLOpsException(ProblemCode.InvalidArgument, $"The request has more than {MaxBody} bytes.");
            }

            body.Write(buffer, 0, read);
        }

        var answer = await upstream.SendAsync(
            new HttpMethod(request.Method),
            request.Path.Value + request.QueryString.Value,
            body.GetBuffer().AsMemory(0, (int)body.Length),
            [.. Headers.Where(name => request.Headers.ContainsKey(name)).Select(name => new KeyValuePair<string, string>(name, request.Headers[name].ToString()))],
            call.Cancelled);
        if (answer.Status == StatusCodes.Status401Unauthorized)
        {
            throw new MLOpsException(ProblemCode.PermissionDenied, "The tracking server behind this one does not accept the platform's credentials.");
        }

        call.Http.Response.StatusCode = answer.Status;
        call.Http.Response.ContentType = answer.ContentType;
        await call.Http.Response.BodyWriter.WriteAsync(answer.Body, call.Cancelled);
        return true;
    }
}
