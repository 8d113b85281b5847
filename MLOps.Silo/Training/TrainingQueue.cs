using MLOps.Silo.Hosting;
using MLOps.Silo.Jobs;

namespace MLOps.Silo.Training;

/// <summary>This silo's training jobs.</summary>
internal sealed class TrainingQueue(SiloLiveness silos, ILocalSiloDetails silo) : JobQueue(silos, silo);
