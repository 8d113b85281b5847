using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MLOps.Contracts.Problems;

namespace MLOps.Gateway.Hosting;

/// <summary>Bodies that are files.</summary>
internal static class UploadBody
{
    /// <summary>The body, which is refused with 413 where it is larger than this.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maximumBytes">Largest body.</param>
    /// <param name="expected">What to send, for the message.</param>
    /// <exception cref="MLOpsException">InvalidArgument: the body is a form.</exception>
    public static Stream Open(HttpContext context, long maximumBytes, string expected)
    {
        if (context.Request.HasFormContentType)
        {
            throw new MLOpsException(ProblemCode.InvalidArgument, $"The body is '{context.Request.ContentType}': expected {expected}.");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maximumBytes;
        }

        return context.Request.Body;
    }
}
