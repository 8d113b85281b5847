using System.Net;

namespace MLOps.Client;

/// <summary>The gateway refused, could not be reached, or answered what is no answer.</summary>
public class MLOpsClientException : Exception
{
    /// <summary>Code when no answer came: nothing listens there, or the connection broke.</summary>
    public const string Unreachable = "UNREACHABLE";

    /// <summary>Code when no answer came in time.</summary>
    public const string TimedOut = "TIMEOUT";

    /// <summary>Code when something answered that does not speak the gateway's protocol.</summary>
    public const string BadAnswer = "BAD_ANSWER";

    public MLOpsClientException(string message, string code, HttpStatusCode? status = null, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Status = status;
    }

    /// <summary>The HTTP status; null when no answer came.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The gateway's own code (<c>RESOURCE_DOES_NOT_EXIST</c>, <c>not_found</c>, …), or one of this class's constants, or the status's name.</summary>
    public string Code { get; }

    /// <summary>How long the server asked to be left alone (<c>Retry-After</c> in seconds); null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the gateway could not be asked at all, as opposed to having refused.</summary>
    public bool IsUnreachable => Status is null;
}
