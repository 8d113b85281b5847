using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Endpoints;

namespace MLOps.Gateway.Problems;

/// <summary>Reads small JSON bodies of the platform's own routes.</summary>
internal static class JsonBody
{
    private const int MaximumBytes = 1 << 20;

    // A member that is misspelt would be one that is not given.
    private static readonly JsonSerializerOptions Options = new(ServingJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <param name="context">The request.</param>
    /// <param name="expected">The members of the body, for the message.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="MLOpsException">InvalidArgument: not JSON, of another shape, with a member that is none, or over 1 MiB.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, string expected, CancellationToken cancellationToken)
        where T : class
    {
        if (context.Request.ContentLength > MaximumBytes)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"The body is over {MaximumBytes} bytes: expected {expected}.");
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Options, cancellationToken)
                ?? throw new MLOpsException(ProblemCode.InvalidArgument, $"The body is null: expected {expected}.");
        }
        catch (JsonException e)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"The body is not the JSON that was expected, {expected}: {JsonFault.Of(e)}", e);
        }
    }
}
