using MLOps.Silo.Hosting;
using MLOps.Silo.Jobs;

namespace MLOps.Silo.Batch;

/// <summary>This silo's batch jobs.</summary>
internal sealed class BatchQueue(SiloLiveness silos, ILocalSiloDetails silo) : JobQueue(silos, silo);
