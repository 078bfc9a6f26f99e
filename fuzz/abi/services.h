#ifndef SERVICES_H
#define SERVICES_H

enum { SERVICE_CALLS = 26 };

/* Makes one call of sources, clients, remote verifiers or access. Nothing is sent: caches are driven from here, and so are operations. */
void call_service(unsigned which);

#endif
