using System.Text.Json.Serialization;

namespace MLOps.Client.Serving;

/// <summary>What a deployment does to a canary that runs.</summary>
public enum RunningCanary
{
    /// <summary>It ends.</summary>
    [JsonStringEnumMemberName("end")]
    End = 0,

    /// <summary>It goes on where it is; the deployment is refused where none runs.</summary>
    [JsonStringEnumMemberName("keep")]
    Keep,

    /// <summary>The deployment is refused.</summary>
    [JsonStringEnumMemberName("refuse")]
    Refuse,
}
