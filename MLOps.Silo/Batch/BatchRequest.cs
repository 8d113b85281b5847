namespace MLOps.Silo.Batch;

/// <summary>What a person has asked of a job that works.</summary>
internal enum BatchRequest
{
    None = 0,
    Pause,
    Stop,
}
