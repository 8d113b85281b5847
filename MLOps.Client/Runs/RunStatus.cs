using System.Text.Json.Serialization;

namespace MLOps.Client.Runs;

/// <summary>MLflow's run states, by MLflow's names on the wire.</summary>
public enum RunStatus
{
    [JsonStringEnumMemberName("RUNNING")]
    Running = 1,

    [JsonStringEnumMemberName("SCHEDULED")]
    Scheduled,

    [JsonStringEnumMemberName("FINISHED")]
    Finished,

    [JsonStringEnumMemberName("FAILED")]
    Failed,

    [JsonStringEnumMemberName("KILLED")]
    Killed,
}
